//! Orders that hold now, and blanket orders with what their releases have drawn on them.

use crate::{
    flow::order::{Blanket, OrderKind, OrderType, OrderedLine, Standing},
    model::{ids::OrderId, limits},
};

use super::{
    app::{App, AppError},
    store::{
        DocumentId, Scan,
        keys::{OrderKey, OrderVersionKey, ReleaseKey, StoredVersion},
    },
};

impl App {
    /// The newest version that counts of an order that was not cancelled.
    async fn in_force(&self, key: &OrderKey) -> Result<Option<StoredVersion>, AppError> {
        let of_order = Scan::<OrderVersionKey>::prefix(|bytes| {
            bytes.text(key.supplier.as_str()).text(key.buyer.as_str()).text(key.order.as_str())
        });
        let versions = self.store.scan(of_order.backward()).await?.into_iter().map(|(_, row)| row.value);
        let newest = versions.into_iter().find(|row| matches!(row.version.standing(), Standing::Taken));
        Ok(newest.filter(|row| row.version.kind != OrderKind::Delete))
    }

    /// The lines of a version of an order.
    pub(crate) async fn order_lines(&self, stored: &StoredVersion) -> Result<Vec<OrderedLine>, AppError> {
        let bytes = self.store.document(&DocumentId::new(*stored.lines.bytes())).await?;
        let bytes = bytes.ok_or_else(|| AppError::Broken("the lines of an order are gone".to_owned()))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| AppError::Broken(format!("lines of an order: {error}")))
    }

    /// The blanket order of this number as it holds now, with what its releases but for one have drawn on it; at most
    /// [`limits::RELEASES`] of them are added up.
    pub(crate) async fn blanket(
        &self,
        key: &OrderKey,
        but: Option<&OrderId>,
    ) -> Result<Option<Blanket>, AppError> {
        let row = self.in_force(key).await?;
        let Some(row) = row.filter(|row| row.version.commitment.order_type == OrderType::Blanket) else {
            return Ok(None);
        };
        let mut blanket = Blanket::new(self.order_lines(&row).await?, row.version.total);
        let releases = Scan::<ReleaseKey>::prefix(|bytes| {
            bytes.text(key.supplier.as_str()).text(key.buyer.as_str()).text(key.order.as_str())
        });
        for (ReleaseKey { supplier, buyer, order, .. }, _) in
            self.store.scan(releases.limit(limits::RELEASES)).await?
        {
            if but == Some(&order) {
                continue;
            }
            let release = self.in_force(&OrderKey { supplier, buyer, order }).await?;
            // A later version may draw on another one.
            let release = release.filter(|release| {
                release.version.commitment.blanket().as_ref() == Some(&key.order)
                    && release.version.test == row.version.test
            });
            let Some(release) = release else { continue };
            for line in self.order_lines(&release).await? {
                blanket.draw(&line);
            }
        }
        Ok(Some(blanket))
    }
}

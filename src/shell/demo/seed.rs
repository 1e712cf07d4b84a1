//! Puts the sample supplier, its buyers, catalog and prices into an empty gateway.

use crate::{
    model::{FieldError, catalog::Product, ids::BuyerId},
    shell::{
        app::App,
        onboarding::{
            self, OnboardingError, Verdict, create_agreement, create_buyer, create_connection,
            create_supplier,
        },
    },
};

use super::{
    catalog::{self, DemoError},
    parties::{self, DemoBuyer},
};

/// Why the demo did not come up.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A sample value that is none.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Something was not created.
    #[error(transparent)]
    Onboarding(#[from] OnboardingError),
    /// The sample catalog.
    #[error(transparent)]
    Catalog(#[from] DemoError),
    /// Something of ours failed.
    #[error(transparent)]
    App(#[from] crate::shell::app::AppError),
}

/// Creates everything.
///
/// - `products`: all of [`catalog::products`], or some of them where less will do.
/// - `shopper`: origin of the virtual buyer.
pub async fn seed(
    app: &App,
    products: &'static [Product],
    shopper: &str,
) -> Result<Vec<DemoBuyer>, SeedError> {
    let supplier = parties::supplier()?;
    create_supplier(app, &supplier).await?;
    let secrets = [onboarding::new_secret(app)?, onboarding::new_secret(app)?, onboarding::new_secret(app)?];
    let buyers = parties::buyers(shopper, secrets)?;
    for buyer in &buyers {
        create_buyer(app, &buyer.buyer).await?;
        for connection in &buyer.connections {
            create_connection(app, connection).await?;
        }
    }
    onboarding::publish_catalog(app, &supplier.id, move |writer| {
        for product in products {
            writer.add(product)?;
        }
        Ok(((), Verdict::Publish))
    })
    .await?;
    let stock = catalog::stock(products, app.now());
    onboarding::publish_stock(app, &supplier.id, move |writer| {
        for (part, stock) in &stock {
            writer.add(part, stock)?;
        }
        Ok(((), Verdict::Publish))
    })
    .await?;
    let ids: Vec<&BuyerId> = buyers.iter().map(|buyer| &buyer.buyer.id).collect();
    let [first, second, third] = ids.as_slice() else {
        return Err(DemoError("three buyers are expected".to_owned()).into());
    };
    for terms in catalog::agreements(products, &supplier.id, [first, second, third], app.now())? {
        create_agreement(app, &terms.agreement).await?;
        let prices = terms.prices;
        onboarding::publish_prices(app, &terms.agreement.id, move |writer, _| {
            for (part, entry) in &prices {
                writer.add(part, entry)?;
            }
            Ok(((), Verdict::Publish))
        })
        .await?;
    }
    Ok(buyers)
}

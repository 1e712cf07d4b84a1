//! `punchgate serve`.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use crate::shell::{
    app::{App, AppError},
    config::Config,
    onboarding, operator, retention,
    server::{self, Listener, Patience, Server},
    store::StoreError,
    telemetry, web,
};

use super::{Done, Failure, relay::Desk, show::say};

pub(super) async fn run(config: &Config) -> Result<Done, Failure> {
    let _ = telemetry::log(&config.log, config.log_format);
    server::raise_open_files();
    // Before the store opens: it takes its meters then.
    let _ = telemetry::metrics();
    let app = match App::open(config.app_options()?).await {
        Err(AppError::Store(StoreError::InUse { folder })) => {
            return Err(Failure::unready(format!(
                "another punchgate is running on {} and holds it alone",
                folder.display()
            )));
        }
        opened => opened?,
    };
    // Both before anything is said: who reads it may give a command, or end us, at once.
    let signalled = server::signalled()?;
    let _desk = Desk::open(&app, config, &config.data)
        .inspect_err(|error| tracing::warn!(%error, "commands cannot be given while this gateway runs"));
    let public = Listener::bind(config.listen).await?;
    let operator = Listener::bind(config.operator_listen).await?;
    say(format!("Buyers call {}, served on http://{}/", app.public_url.join("/cxml"), public.address()))?;
    say(format!("Operator pages: http://{}/", operator.address()))?;
    let password = operator::first_password(&app).await.map_err(Failure::unready)?;
    if let Some(password) = password {
        say(format!("Operator password, shown this once: {}", password.reveal()))?;
        say("Change it with: punchgate operator set-password")?;
    }
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let sites = vec![
        (public, telemetry::observed(web::public_router(app.clone()), "public")),
        (operator, telemetry::observed(web::admin::admin_router(app.clone()), "operator")),
    ];
    let timetable = app.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(std::time::Duration::from_secs(1));
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            if let Err(error) = onboarding::publish_due(&timetable).await {
                tracing::error!(%error, "imports that wait for their time could not be looked at");
            }
        }
    });
    tokio::spawn(retention::keep(app.clone(), config.retention));
    let server = Server::start(app.store.clone(), sites, Patience::default());
    let stopper = server.stopper();
    tokio::spawn(warn_of_certificates(Arc::downgrade(&app)));
    tokio::spawn(async move {
        signalled.await;
        tracing::info!("stopping: requests under way are answered");
        stopper.stop();
    });
    server.finished().await?;
    tracing::info!("stopped");
    Ok(Done::Well)
}

/// Says every day which certificates end soon or have ended.
async fn warn_of_certificates(app: Weak<App>) {
    loop {
        let Some(app) = app.upgrade() else { return };
        match app.certificate_warnings().await {
            Ok(warnings) => warnings.iter().for_each(|warning| tracing::warn!("{warning}")),
            Err(error) => tracing::warn!(%error, "certificates cannot be looked through"),
        }
        drop(app);
        tokio::time::sleep(Duration::from_secs(24 * 60 * 60)).await;
    }
}

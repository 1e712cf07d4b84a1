//! The gateway's side: it takes commands as long as it serves.

use std::{
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Parser;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream, unix::OwnedReadHalf, unix::OwnedWriteHalf},
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

use crate::shell::{app::SharedApp, config::Config};

use super::{ERRAND, Errand, Given, SOCKET, Told};
use crate::shell::cli::{Cli, Command, Failure, outcome};

/// Takes commands until it is dropped.
pub(in crate::shell::cli) struct Desk {
    socket: PathBuf,
    task: JoinHandle<()>,
}

impl Desk {
    /// Listens in the data folder.
    pub(in crate::shell::cli) fn open(app: &SharedApp, config: &Config, folder: &Path) -> io::Result<Self> {
        let socket = folder.join(SOCKET);
        // What a killed process left behind; the data folder is held, so nobody listens there.
        if let Err(error) = std::fs::remove_file(&socket)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let listener = UnixListener::bind(&socket)?;
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600))?;
        let task = tokio::spawn(attend(listener, app.clone(), Arc::new(config.clone())));
        Ok(Self { socket, task })
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.task.abort();
        // A socket that is left behind is taken away at the next start.
        let _ = std::fs::remove_file(&self.socket);
    }
}

async fn attend(listener: UnixListener, app: SharedApp, config: Arc<Config>) {
    loop {
        match listener.accept().await {
            Ok((peer, _)) => {
                tokio::spawn(serve(peer, app.clone(), config.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a command could not be taken");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(peer: UnixStream, app: SharedApp, config: Arc<Config>) {
    let us = rustix::process::geteuid().as_raw();
    if !peer.peer_cred().is_ok_and(|theirs| [us, 0].contains(&theirs.uid())) {
        return;
    }
    let (read, write) = peer.into_split();
    let mut given = BufReader::new(read).lines();
    let Ok(Some(line)) = given.next_line().await else { return };
    let Ok(Given::Command { arguments, folder }) = serde_json::from_str(&line) else { return };
    let (told, to_tell) = mpsc::unbounded_channel();
    let (answers, secrets) = mpsc::channel(1);
    let errand = Arc::new(Errand { app, folder, told: told.clone(), secrets: Mutex::new(secrets) });
    tokio::spawn(write_all(to_tell, write));
    let listening = tokio::spawn(listen(given, answers));
    let work = ERRAND.scope(errand, async move {
        match Cli::try_parse_from(arguments).map(|cli| cli.command) {
            Ok(Command::Records(command)) => command.run(&config).await,
            _ => Err(Failure::unready(
                "the running gateway does not know this command; is it of another version?",
            )),
        }
    });
    let (code, reasons) = outcome(work.await);
    let _ = told.send(Told::End { code, reasons });
    listening.abort();
}

/// Passes on what the other side answers.
async fn listen(
    mut given: tokio::io::Lines<BufReader<OwnedReadHalf>>,
    answers: mpsc::Sender<Result<String, String>>,
) {
    while let Ok(Some(line)) = given.next_line().await {
        let Ok(Given::Secret(secret)) = serde_json::from_str(&line) else { return };
        if answers.send(secret).await.is_err() {
            return;
        }
    }
}

async fn write_all(mut told: mpsc::UnboundedReceiver<Told>, mut to: OwnedWriteHalf) {
    while let Some(message) = told.recv().await {
        let Ok(mut line) = serde_json::to_vec(&message) else { return };
        line.push(b'\n');
        if to.write_all(&line).await.is_err() {
            return;
        }
    }
}

//! Commands given to a gateway that runs: it holds the data folder alone, so it carries them out itself.
//!
//! It listens on a Unix socket in the data folder, for its own user and root. A line of JSON is a message: the
//! arguments go in, what is to be printed comes out, and a secret is asked for where the command was typed.

mod attend;
mod forward;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc};

use crate::{flow::secret::Secret, shell::app::SharedApp};

use super::{Failure, secret::SecretFrom};

pub(super) use attend::Desk;
pub(super) use forward::forward;

/// The socket's name in the data folder.
const SOCKET: &str = "commands";

/// What is sent to the gateway.
#[derive(Serialize, Deserialize)]
enum Given {
    /// A command.
    Command {
        /// As typed, the program's name first.
        arguments: Vec<String>,
        /// The folder in which it was typed.
        folder: PathBuf,
    },
    /// The secret that was asked for, or why there is none.
    Secret(Result<String, String>),
}

/// What the gateway sends.
#[derive(Serialize, Deserialize)]
enum Told {
    /// To be printed.
    Line(String),
    /// How far a file is read, of how many bytes.
    Progress {
        /// The file's name.
        name: String,
        /// Bytes read; all of them: the bar is taken away.
        position: u64,
        /// Its length.
        length: u64,
    },
    /// A secret is needed.
    Ask {
        /// Where it comes from.
        source: SecretFrom,
        /// What a person is asked.
        question: String,
    },
    /// The command has ended.
    End {
        /// The exit code.
        code: u8,
        /// Why, where it did not go well.
        reasons: Vec<String>,
    },
}

tokio::task_local! {
    /// Set while a command is carried out for another process.
    static ERRAND: Arc<Errand>;
}

/// A command of another process.
pub(super) struct Errand {
    /// The gateway that carries it out.
    pub(super) app: SharedApp,
    folder: PathBuf,
    told: mpsc::UnboundedSender<Told>,
    secrets: Mutex<mpsc::Receiver<Result<String, String>>>,
}

/// The errand that is run; `None`: the command was given to this process itself.
pub(super) fn errand() -> Option<Arc<Errand>> {
    ERRAND.try_with(Arc::clone).ok()
}

impl Errand {
    /// The file that is meant by a name where the command was typed.
    pub(super) fn place(&self, file: &Path) -> PathBuf {
        self.folder.join(file)
    }

    /// Prints a line there.
    pub(super) fn say(&self, line: &str) {
        self.tell(Told::Line(line.to_owned()));
    }

    /// Shows there how far a file is read.
    pub(super) fn progress(&self, name: &str, position: u64, length: u64) {
        self.tell(Told::Progress { name: name.to_owned(), position, length });
    }

    /// Asks there for a secret.
    pub(super) async fn ask(&self, source: SecretFrom, question: &str) -> Result<Secret, Failure> {
        self.tell(Told::Ask { source, question: question.to_owned() });
        match self.secrets.lock().await.recv().await {
            Some(Ok(secret)) => Ok(Secret::new(&secret)),
            Some(Err(reason)) => Err(Failure::refused(reason)),
            None => Err(Failure::unready("nobody answered when a secret was asked for")),
        }
    }

    fn tell(&self, told: Told) {
        // Where nobody listens any more, the command still goes on to its end.
        let _ = self.told.send(told);
    }
}

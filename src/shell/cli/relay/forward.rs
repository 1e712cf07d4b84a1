//! The side where a command was typed.

use std::{io, path::Path};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};

use crate::shell::cli::{
    Done, Failure,
    secret::here,
    show::{Bar, say},
};

use super::{Given, SOCKET, Told};

/// Gives this process's command to the gateway that holds the folder; `None`: none does.
pub(in crate::shell::cli) async fn forward(data: &Path) -> Result<Option<Done>, Failure> {
    let stream = match UnixStream::connect(data.join(SOCKET)).await {
        Ok(stream) => stream,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Err(Failure::unready(format!("{}: {error}", data.join(SOCKET).display())));
        }
        // No socket, or one that a killed process left behind.
        Err(_) => return Ok(None),
    };
    let mut arguments = Vec::new();
    for argument in std::env::args_os() {
        let text = argument.into_string();
        arguments.push(text.map_err(|_| Failure::unready("an argument is not UTF-8"))?);
    }
    let folder = std::env::current_dir()?;
    let (read, mut write) = stream.into_split();
    let mut give = async |given: &Given| -> Result<(), Failure> {
        let mut line = serde_json::to_vec(given).map_err(Failure::unready)?;
        line.push(b'\n');
        Ok(write.write_all(&line).await?)
    };
    give(&Given::Command { arguments, folder }).await?;
    let mut told = BufReader::new(read).lines();
    let mut bar: Option<Bar> = None;
    while let Some(line) = told.next_line().await? {
        match serde_json::from_str(&line).map_err(Failure::unready)? {
            Told::Line(line) => say(line)?,
            Told::Progress { name, position, length } => {
                bar.get_or_insert_with(|| Bar::new(&name, length)).at(position);
            }
            Told::Ask { source, question } => {
                let secret = here(source, &question).map(|secret| secret.reveal().to_owned());
                give(&Given::Secret(secret.map_err(|failure| failure.to_string()))).await?;
            }
            Told::End { code: 0, .. } => return Ok(Some(Done::Well)),
            Told::End { code: 1, reasons } if reasons.is_empty() => return Ok(Some(Done::WithFindings)),
            Told::End { code: 1, reasons } => return Err(Failure::Refused(reasons)),
            Told::End { reasons, .. } => return Err(Failure::Unready(reasons)),
        }
    }
    Err(Failure::unready(
        "the running gateway ended before the command did; look at what it left, then try again",
    ))
}

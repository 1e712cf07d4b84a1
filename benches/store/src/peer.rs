//! A PostgreSQL of its own, as Debian builds it, with its usual settings, started and stopped here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio_postgres::{Client, NoTls};

pub struct Postgres {
    programs: PathBuf,
    data: PathBuf,
}

impl Postgres {
    /// - `folder`: on the disk that is meant.
    pub fn start(programs: &Path, folder: &Path) -> Self {
        let data = folder.join("postgres");
        std::fs::create_dir(&data).unwrap();
        if rustix::process::geteuid().is_root() {
            // It refuses to run as root.
            assert!(Command::new("chown").arg("postgres").arg(&data).status().unwrap().success());
        }
        let started = Self { programs: programs.to_owned(), data };
        started.call("initdb", &["--auth=trust", "--username=bench", "--encoding=UTF8", "--no-locale"]);
        let socket = format!("-k {} -c listen_addresses= -c max_connections=100", started.data.display());
        started.call("pg_ctl", &["--wait", "--options", &socket, "--log=/dev/null", "start"]);
        started
    }

    fn call(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--clear-groups", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.arg("--pgdata").arg(&self.data).args(arguments).current_dir("/").stdout(Stdio::null());
        assert!(command.status().unwrap().success(), "{program}");
    }

    pub async fn connect(&self) -> Client {
        let settings = format!("host={} user=bench dbname=postgres", self.data.display());
        let (client, connection) = tokio_postgres::connect(&settings, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.call("pg_ctl", &["--mode=immediate", "stop"]);
    }
}

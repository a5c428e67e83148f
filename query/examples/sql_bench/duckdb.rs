//! DuckDB in a Python of its own, asked line by line; only a measure, never part of the product.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Reads a query per line, answers with milliseconds and the rows as CSV.
const SCRIPT: &str = r#"
import csv, io, json, os, sys, time, duckdb
files = [os.path.join(sys.argv[1], f["file"]) for f in
         json.load(open(os.path.join(sys.argv[1], "manifest.json")))["files"] if f["table"] == "events"]
db = duckdb.connect()
db.execute(f"SET threads = {os.cpu_count()}")
db.execute("SET TimeZone = 'UTC'")
db.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet({files!r})")
db.execute("CREATE VIEW processes AS SELECT * FROM events WHERE act = 'process_exec'")
print(duckdb.__version__, flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    found = db.execute(line)
    rows = found.fetchall()
    spent = (time.perf_counter() - begun) * 1e3
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow([column[0] for column in found.description])
    write.writerows(rows)
    print(json.dumps([spent, out.getvalue().replace("\n", ";")]), flush=True)
"#;

pub struct DuckDb {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl DuckDb {
    /// None where `DUCKDB_PYTHON` is not set.
    pub fn start(data_dir: &Path) -> Option<Self> {
        let python = std::env::var_os("DUCKDB_PYTHON")?;
        let mut child = Command::new(python)
            .arg("-c")
            .arg(SCRIPT)
            .arg(data_dir.join("parquet"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut duckdb = Self { child, questions, answers };
        println!("beside DuckDB {}", duckdb.line().trim());
        Some(duckdb)
    }

    /// Milliseconds, and the rows as CSV with `;` between lines.
    pub fn ask(&mut self, text: &str) -> (f64, String) {
        writeln!(self.questions, "{text}").unwrap();
        self.questions.flush().unwrap();
        serde_json::from_str(&self.line()).unwrap()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Refuses what would do more than read, before anything runs.

use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SQLOptions, SessionContext};

use super::hint;
use crate::Error;

/// Longest query: what is longer is no question of a person and may exhaust the planner.
const MAX_TEXT: usize = 64 * 1024;

/// The plan of `text`, which only reads.
pub async fn plan(context: &SessionContext, text: &str) -> Result<LogicalPlan, Error> {
    if text.len() > MAX_TEXT {
        return Err(Error::Sql(format!("the query is longer than {MAX_TEXT} bytes")));
    }
    let state = context.state();
    let plan = state.create_logical_plan(text).await.map_err(|error| explain(context, &error))?;
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(&plan).map_err(|error| refusal(&error))?;
    Ok(plan)
}

fn refusal(error: &DataFusionError) -> Error {
    Error::ReadOnly(hint::words(error))
}

fn explain(context: &SessionContext, error: &DataFusionError) -> Error {
    Error::Sql(hint::explain(context, error))
}

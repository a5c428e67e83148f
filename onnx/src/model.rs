//! The model itself: what it is fed, one window at a time, and what comes out.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;

use crate::Use;

/// Tokens of a window, where neither the model nor anybody says.
const WINDOW: usize = 256;
/// Most tokens of a window: what it takes grows with their square.
const MOST_WINDOW: usize = 1024;

/// A model that can be run.
pub struct Model {
    plan: Arc<TypedRunnableModel>,
    feeds: Vec<(Feed, DatumType)>,
    window: usize,
    label: Option<usize>,
}

/// What an input is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feed {
    /// The tokens.
    Ids,
    /// Which of them are words.
    Mask,
    /// To which of two texts they belong: there is one.
    Kinds,
}

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is none, or has what the library does not know.
    #[error("it cannot be read: {0}\nhint: use a file in ONNX that holds its own weights")]
    Unread(String),
    /// It asks for something else than a text.
    #[error(
        "its input `{0}` is none of `input_ids`, `attention_mask`, `token_type_ids`\nhint: use a classifier of texts, exported for sequence classification"
    )]
    Input(String),
    /// It has no place for a text.
    #[error("it takes no `input_ids`\nhint: use a classifier of texts")]
    NoText,
    /// Its windows are too long.
    #[error("its window has {0} tokens, and {MOST_WINDOW} are the most")]
    Window(usize),
    /// It gives something else than classes.
    #[error("it gives {0}, not the weights of classes\nhint: use a classifier of whole texts")]
    Output(String),
    /// There is no such class.
    #[error("it has {1} classes, and `label` is {0}\nhint: they are counted from 0")]
    Label(usize, usize),
    /// It could not be run to its end.
    #[error("it cannot be run: {0}")]
    Run(String),
    /// The library gave up on it.
    #[error("it cannot be run: it is not what it says")]
    Broke,
}

impl Model {
    /// Reads it, and makes it ready for windows of one length.
    pub fn read(mut bytes: &[u8], how: &Use) -> Result<Self, ModelError> {
        let unread = |error: TractError| ModelError::Unread(brief(&error));
        let mut model = tract_onnx::onnx().model_for_read(&mut bytes).map_err(unread)?;
        let inputs = model.input_outlets().map_err(unread)?.to_vec();
        let mut feeds = Vec::new();
        let mut window = if how.window == 0 { WINDOW } else { how.window };
        for (number, outlet) in inputs.iter().enumerate() {
            let feed = feed(&model.node(outlet.node).name)?;
            let fact = model.input_fact(number).map_err(unread)?;
            let datum = fact.datum_type.concretize().unwrap_or(DatumType::I64);
            if let Some([_, length]) = fact.shape.as_concrete_finite().ok().flatten().as_deref() {
                window = *length;
            }
            feeds.push((feed, datum));
        }
        if !feeds.iter().any(|(feed, _)| *feed == Feed::Ids) {
            return Err(ModelError::NoText);
        }
        if window == 0 || window > MOST_WINDOW {
            return Err(ModelError::Window(window));
        }
        for (number, (_, datum)) in feeds.iter().enumerate() {
            let fact = InferenceFact::dt_shape(*datum, [1, window]);
            model.set_input_fact(number, fact).map_err(unread)?;
        }
        let plan = model.into_optimized().and_then(IntoRunnable::into_runnable);
        Ok(Self { plan: plan.map_err(unread)?, feeds, window, label: how.label })
    }

    /// Tokens of a window.
    pub fn window(&self) -> usize {
        self.window
    }

    /// How sure it is of one window, from 0 to 1.
    pub fn run(&self, ids: &[i64], pad: i64) -> Result<f32, ModelError> {
        let failed = |error: TractError| ModelError::Run(brief(&error));
        let inputs: TractResult<TVec<TValue>> =
            self.feeds.iter().map(|(feed, datum)| self.input(*feed, *datum, ids, pad)).collect();
        let out = self.plan.run(inputs.map_err(failed)?).map_err(failed)?;
        let first = out.first().ok_or_else(|| ModelError::Output("nothing".into()))?;
        let classes = match first.shape() {
            [1, classes] | [classes] if *classes > 0 => *classes,
            shape => return Err(ModelError::Output(format!("{shape:?}"))),
        };
        let weights = first.cast_to::<f32>().map_err(failed)?;
        let weights = weights.to_plain_array_view::<f32>().map_err(failed)?;
        let weights: Vec<f32> = weights.iter().copied().collect();
        let label = self.label.unwrap_or(classes - 1);
        let chosen = weights.get(label).ok_or(ModelError::Label(label, classes))?;
        let sure = match weights.as_slice() {
            [one] => 1.0 / (1.0 + (-one).exp()),
            all => {
                let most = all.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let sum: f32 = all.iter().map(|it| (it - most).exp()).sum();
                (chosen - most).exp() / sum
            }
        };
        if sure.is_finite() { Ok(sure) } else { Err(ModelError::Run("it gives no numbers".into())) }
    }

    fn input(&self, feed: Feed, datum: DatumType, ids: &[i64], pad: i64) -> TractResult<TValue> {
        let filled =
            |value: &dyn Fn(usize) -> i64| -> Vec<i64> { (0..self.window).map(value).collect() };
        let values = match feed {
            Feed::Ids => filled(&|at| ids.get(at).copied().unwrap_or(pad)),
            Feed::Mask => filled(&|at| i64::from(at < ids.len())),
            Feed::Kinds => filled(&|_| 0),
        };
        let tensor = Tensor::from_shape(&[1, self.window], &values)?;
        Ok(tensor.cast_to_dt(datum)?.into_owned().into_tvalue())
    }
}

fn feed(name: &str) -> Result<Feed, ModelError> {
    match name {
        "input_ids" | "ids" | "tokens" => Ok(Feed::Ids),
        "attention_mask" | "input_mask" | "mask" => Ok(Feed::Mask),
        "token_type_ids" | "segment_ids" => Ok(Feed::Kinds),
        other => Err(ModelError::Input(other.chars().take(80).collect())),
    }
}

fn brief(error: &TractError) -> String {
    let whole = format!("{error:#}").replace('\n', " ");
    whole.chars().take(240).collect()
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("feeds", &self.feeds).field("window", &self.window).finish()
    }
}

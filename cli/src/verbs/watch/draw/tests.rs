//! The screen as text, for the sizes people have.

use std::collections::BTreeMap;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::{Palette, Theme, draw, text};
use crate::numbers;
use crate::out::Words;
use crate::status::Status;
use crate::verbs::watch::state::tests::{example, loss};
use crate::verbs::watch::state::{Ask, Key, State};

fn shown(state: &mut State, width: u16, height: u16, theme: Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("it is memory");
    let palette = Palette::new(theme);
    terminal.draw(|frame| draw(frame, state, palette)).expect("it is memory");
    terminal.backend().buffer().clone()
}

fn lines(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let row = |cells: &[ratatui::buffer::Cell]| {
        let line: String = cells.iter().map(|cell| cell.symbol()).collect();
        format!("{}\n", line.trim_end())
    };
    buffer.content.chunks(width).map(row).collect()
}

fn running() -> State {
    let mut state = example();
    let status = Status {
        pid: 7,
        source: "kernel".into(),
        written_unix_ns: state.now_unix_ns,
        events_per_s: 1234.0,
        cpu_percent: 1.25,
        memory_mib: 45.0,
        losses: BTreeMap::new(),
        ..Status::default()
    };
    state.daemon(Some(status));
    state
}

#[test]
fn narrow() {
    insta::assert_snapshot!(lines(&shown(&mut running(), 80, 24, Theme::Colour)));
}

#[test]
fn wide() {
    insta::assert_snapshot!(lines(&shown(&mut running(), 160, 30, Theme::Colour)));
}

#[test]
fn a_host_without_anything() {
    let mut state = State::new("box", false);
    state.read(None);
    insta::assert_snapshot!(lines(&shown(&mut state, 80, 24, Theme::Colour)));
}

#[test]
fn a_loss_is_loud_at_every_width() {
    for width in [40, 60, 80, 200] {
        let mut state = running();
        state.lost(&loss(1234));
        let text = lines(&shown(&mut state, width, 24, Theme::Colour));
        assert!(text.contains("LOST 1,234 (ring_full)"), "{text}");
    }
}

#[test]
fn any_size_can_be_drawn() {
    for (width, height) in [(1, 1), (5, 3), (20, 5), (79, 6), (119, 9), (300, 100)] {
        let mut state = running();
        shown(&mut state, width, height, Theme::Colour);
        state.key(Key::Letter('?'));
        shown(&mut state, width, height, Theme::Colour);
    }
}

#[test]
fn no_colour_is_no_colour() {
    let mut state = running();
    state.lost(&loss(5));
    let buffer = shown(&mut state, 120, 30, Theme::Plain);
    let plain = |cell: &ratatui::buffer::Cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset);
    assert!(buffer.content.iter().all(plain));
    let buffer = shown(&mut state, 120, 30, Theme::Colour);
    assert!(!buffer.content.iter().all(plain));
}

#[test]
fn nothing_from_outside_reaches_the_terminal_as_it_was() {
    let text = lines(&shown(&mut running(), 160, 30, Theme::Colour));
    assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
    assert!(text.contains("\\u{1b}[31m") && text.contains("\\u{7}"), "{text}");
}

#[test]
fn an_overlay_wraps_and_scrolls() {
    let mut state = running();
    state.key(Key::Tab);
    state.key(Key::Enter);
    let id = state.shown_findings()[0].finding.id;
    let mut told: Vec<Words> = (0..40).map(|at| Words::plain(format!("line {at}"))).collect();
    told.insert(0, Words::plain(format!("begin{} end", " word".repeat(30))));
    state.answer(Ask::Why(id), "why".into(), told);
    let first = lines(&shown(&mut state, 80, 12, Theme::Colour));
    assert!(first.contains("begin word") && first.contains("word end"), "{first}");
    state.key(Key::End);
    let last = lines(&shown(&mut state, 80, 12, Theme::Colour));
    assert!(last.contains("line 39") && !last.contains("begin"), "{last}");
}

#[test]
fn text_is_cut_by_cells() {
    let check = |made: String, expect: &str| assert_eq!(made, expect);
    check(text::cut("abcdef", 4), "abc…");
    check(text::cut("日本語", 4), "日…");
    check(text::fit("ab", 4), "ab  ");
    check(text::right("ab", 4), "  ab");
    check(text::cut_middle("/home/alice/project/src/main.rs", 16), "/home…rc/main.rs");
    check(text::wrap("one two three", 8, 2).join("|"), "one two|three");
    check(text::wrap("日本語日本語", 4, 0).join("|"), "日本|語日|本語");
    check(numbers::thousands(1_234_567), "1,234,567");
    check(
        [5, 150, 7_500, 200_000].map(|s| numbers::span(s * 1_000_000_000)).join(" "),
        "5s 2m 2h05 2d",
    );
    check(text::bars(&[0, 1, 50, 100]), " ▁▄█");
}

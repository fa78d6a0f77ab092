import Text

/// How the page looks: light and dark, narrow and wide, and on paper.
enum StyleSheet {
  static let text = """
    :root {
      color-scheme: light dark;
      --ink: #16191d; --soft: #59616b; --paper: #ffffff; --shade: #f4f5f7; --line: #dcdfe4;
      --link: #00598c; \(colors)
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --ink: #e7e9ec; --soft: #9da5af; --paper: #15181c; --shade: #1e2227; --line: #343a42;
        --link: #6cb8ea; --axis: #8b939d; --rule: #2b3037; --grey: #8f969e; --blue: #4aa3df;
        --vermilion: #f0824a; --green: #2fbf95; --orange: #eeb13c; --sky: #7cc6f0;
        --purple: #dd97bd;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body {
      margin: 0; padding: 2.5rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
    }
    header, main { max-width: 66rem; margin: 0 auto; }
    h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; text-wrap: balance; }
    h1 { font-size: 2.1rem; margin: 0 0 1.25rem; letter-spacing: -0.01em; }
    h2 {
      font-size: 1.4rem; margin: 3.5rem 0 1.25rem; padding-top: 0.9rem;
      border-top: 2px solid var(--ink);
    }
    h3 { font-size: 1.05rem; margin: 0 0 0.6rem; }
    a { color: var(--link); }
    .kind {
      margin: 0 0 0.3rem; color: var(--soft); font-size: 0.8rem; letter-spacing: 0.08em;
      text-transform: uppercase;
    }
    .facts {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
      gap: 0.9rem 1.5rem; margin: 0 0 1.5rem; padding: 1.1rem 1.25rem; background: var(--shade);
      border-radius: 8px;
    }
    .facts div { min-width: 0; }
    dt { color: var(--soft); font-size: 0.8rem; }
    dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; font-size: 0.92rem; }
    .lead { font-size: 1.12rem; max-width: 48rem; text-wrap: pretty; margin: 0 0 1.5rem; }
    .sheet { margin: 0 0 2.25rem; }
    .table { width: fit-content; min-width: min(100%, 26rem); max-width: 100%; }
    .table, pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
    table {
      border-collapse: collapse; min-width: 100%; font-size: 0.9rem;
      font-variant-numeric: tabular-nums;
    }
    th, td { padding: 0.42rem 0.6rem; text-align: left; white-space: nowrap; }
    th { color: var(--soft); font-size: 0.85rem; font-weight: 600; background: var(--shade); }
    tbody tr + tr td { border-top: 1px solid var(--line); }
    .number { text-align: right; }
    .remark, figcaption { color: var(--soft); font-size: 0.92rem; max-width: 48rem; }
    .remark { margin: 0.6rem 0 0; }
    figure { margin: 0 0 3rem; }
    figcaption { margin-top: 0.7rem; }
    .picture { overflow-x: auto; overflow-y: hidden; }
    .picture svg { display: block; width: 100%; height: auto; margin: 0 auto; }
    .picture text { font-variant-numeric: tabular-nums; white-space: pre; }
    .picture image { image-rendering: pixelated; }
    .warnings { margin: 0 0 1.5rem; padding-left: 1.2rem; }
    .note {
      margin: 0; padding: 0.9rem 1.1rem; background: var(--shade); border-radius: 8px;
      border-left: 4px solid var(--orange);
    }
    .lead + .note { margin-bottom: 1.5rem; }
    summary { cursor: pointer; }
    pre {
      margin: 0.9rem 0 0; padding: 1rem; background: var(--shade); font-size: 0.82rem;
      line-height: 1.45; tab-size: 2;
    }
    .on-paper { display: none; }
    @media screen and (max-width: 40rem) {
      body { padding: 1.5rem 1rem 3rem; }
      h1 { font-size: 1.6rem; }
      .picture svg.wide { width: 44rem; }
      .picture svg.narrow { width: 34rem; }
    }
    @media print {
      @page { size: A4; margin: 16mm 14mm; }
      body { padding: 0; font-size: 9.5pt; }
      header, main { max-width: none; }
      h1 { font-size: 19pt; }
      h2 { font-size: 14pt; margin-top: 1.6rem; break-after: avoid; }
      h3 { break-after: avoid; }
      nav, details { display: none; }
      .on-paper { display: block; }
      figure, .sheet, .facts { break-inside: avoid; }
      .picture, .table, pre { overflow: visible; }
      .picture svg { max-height: 215mm; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 0; font-size: 7.5pt; }
      th, td { padding: 0.2rem 0.5rem; }
      figcaption, .remark, .lead { max-width: none; }
    }
    """

  /// The pictures' colors on light paper; ink and paper are the page's own.
  private static var colors: String {
    Palette.colors.filter { $0.name != "ink" && $0.name != "paper" }
      .map { "--\($0.name): \($0.hex);" }.joined(separator: " ")
  }
}

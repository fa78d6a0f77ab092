import Text

/// The report as one file that needs nothing else.
struct Page {
  let content: ReportContent
  let figures: [FinishedFigure]
  let hasGnuplot: Bool

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    \(HTML.element("title", content.title))
    <style>
    \(StyleSheet.text)
    </style>
    </head>
    <body>
    <header>
    <p class="kind">Coulomb explosion reconstruction</p>
    \(HTML.element("h1", content.title))
    \(facts)
    \(contents)
    </header>
    <main>
    \(lead)
    \(Figure.Group.allCases.map(section).joined(separator: "\n"))
    \(tables)
    \(configuration)
    </main>
    </body>
    </html>

    """
  }

  private var facts: String {
    guard !content.facts.isEmpty else { return "" }
    let entries = content.facts.map { fact in
      "<div>\(HTML.element("dt", fact.name))\(HTML.element("dd", fact.value))</div>"
    }
    return "<dl class=\"facts\">\n\(entries.joined(separator: "\n"))\n</dl>"
  }

  /// The sections with their addresses on the page.
  private var contents: String {
    var entries = Figure.Group.allCases.map { ($0.rawValue, Self.address($0)) }
    if content.tables.count > 1 { entries.append(("Tables", "tables")) }
    if !content.configuration.isEmpty { entries.append(("Configuration", "configuration")) }
    let links = entries.map { "<a href=\"#\($0.1)\">\(HTML.escape($0.0))</a>" }
    return "<nav aria-label=\"Contents\">\(links.joined(separator: "\n"))</nav>"
  }

  private static func address(_ group: Figure.Group) -> String {
    group.rawValue.lowercased().replacing(" ", with: "-")
  }

  private var lead: String {
    let note =
      hasGnuplot
      ? ""
      : "<p class=\"note\">There are no figures, because gnuplot was not found: install it "
        + "(<code>apt install gnuplot-nox</code>) and run the command again. The data and "
        + "scripts of all figures are in the folder of this page.</p>"
    let sentences = Lead(content).sentences.joined(separator: " ")
    return """
      <section id="lead">
      <h2>Summary</h2>
      <p class="lead">\(HTML.escape(sentences))</p>
      \(warnings)
      \(note)
      \(content.tables.first.map(sheet) ?? "")
      </section>
      """
  }

  private var warnings: String {
    guard !content.warnings.isEmpty else { return "" }
    let entries = content.warnings.map { HTML.element("li", $0) }
    return "<ul class=\"warnings\" aria-label=\"Warnings\">\n"
      + "\(entries.joined(separator: "\n"))\n</ul>"
  }

  private func sheet(_ sheet: Sheet) -> String {
    """
    <div class="sheet">
    \(HTML.element("h3", sheet.title))
    \(HTML.table(sheet.table))
    \(sheet.remark.map { HTML.element("p", $0, attributes: "class=\"remark\"") } ?? "")
    </div>
    """
  }

  private func section(_ group: Figure.Group) -> String {
    let shown = figures.filter { $0.figure.group == group }.map(figure)
    return """
      <section id="\(Self.address(group))">
      <h2>\(group.rawValue)</h2>
      \(shown.joined(separator: "\n"))
      </section>
      """
  }

  private func figure(_ finished: FinishedFigure) -> String {
    let picture: String
    var caption = finished.caption
    switch finished.state {
    case .drawn(let svg): picture = "<div class=\"picture\" tabindex=\"0\">\(svg.text)</div>"
    case .undrawn:
      picture = Self.note("Not drawn: see \(finished.figure.name).dat and .gp.")
    case .nothing(let reason):
      picture = Self.note("Nothing to draw: \(reason).")
      caption = finished.figure.caption
    case .failed(let reason): picture = Self.note("Not drawn: \(reason)")
    }
    return """
      <figure id="figure-\(finished.figure.name)">
      \(HTML.element("h3", finished.figure.title))
      \(picture)
      \(HTML.element("figcaption", caption))
      </figure>
      """
  }

  private static func note(_ text: String) -> String {
    HTML.element("p", text, attributes: "class=\"note\"")
  }

  private var tables: String {
    let rest = content.tables.dropFirst()
    guard !rest.isEmpty else { return "" }
    return """
      <section id="tables">
      <h2>Tables</h2>
      \(rest.map(sheet).joined(separator: "\n"))
      </section>
      """
  }

  /// Folded on a screen; paper cannot be unfolded, so that it has its own copy.
  private var configuration: String {
    guard !content.configuration.isEmpty else { return "" }
    let text = HTML.element("pre", content.configuration, attributes: "tabindex=\"0\"")
    return """
      <section id="configuration">
      <h2>Configuration</h2>
      <details><summary>The configuration of this run, to be used again</summary>
      \(text)
      </details>
      <div class="on-paper">\(text)</div>
      </section>
      """
  }
}

/// A picture of gnuplot's as a part of a page: colors by name, so that they follow the page's, and
/// identifiers that no other picture on the page has.
struct InlineSVG: Sendable {
  let text: String

  init(_ bytes: [UInt8], name: String, title: String) {
    var reader = SVGReader(bytes: bytes, prefix: "\(name)-")
    let (width, height) = reader.size
    let body = String(decoding: reader.rewritten(), as: UTF8.self)
    text = """
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(HTML.escape(title))" \
      style="max-width:\(width * 11 / 10)px" class="\(width > 800 ? "wide" : "narrow")">\(body)</svg>
      """
  }
}

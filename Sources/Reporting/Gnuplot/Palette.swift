import Text

/// Colors that people with any color vision can tell apart.
///
/// Okabe and Ito's for lines, viridis without its darkest end for densities, so that single rows
/// show on dark paper too. In the page each of these has a name that CSS gives a value.
enum Palette {
  static let colors: [(name: String, hex: String)] = [
    ("ink", "#000000"), ("axis", "#555555"), ("rule", "#dddddd"), ("paper", "#ffffff"),
    ("grey", "#888888"), ("blue", "#0072b2"), ("vermilion", "#d55e00"), ("green", "#009e73"),
    ("orange", "#e69f00"), ("sky", "#56b4e9"), ("purple", "#cc79a7"),
  ]

  static let density = [
    "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725",
  ]

  static var definitions: String {
    let names = colors.map { "\($0.name) = '\($0.hex)'" }.joined(separator: "\n")
    let stops = density.enumerated().map { "\($0) '\($1)'" }.joined(separator: ", ")
    return "set encoding utf8\n\(names)\nset palette defined (\(stops))"
  }

  /// The name of a color given by its parts.
  static func name(red: Int, green: Int, blue: Int) -> String? {
    let hex = "#" + [red, green, blue].map(byte).joined()
    return colors.first { $0.hex == hex }?.name
  }

  static func byte(_ value: Int) -> String { String(value, radix: 16).padded(to: 2) }
}

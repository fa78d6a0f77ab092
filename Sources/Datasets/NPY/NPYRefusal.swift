import Text

/// The errors for arrays whose elements cannot be read.
enum NPYRefusal {
  private static let toFloat = "convert it with .astype('f8')"

  /// The error for an array with elements of the numpy type `name`, such as `>f8`.
  static func error(_ name: String, _ place: ArrayPlace) -> Failure {
    let shown = Quotation.of(name.utf8)
    if name == ">f4" || name == ">f8" {
      return place.error(
        "holds big-endian numbers (\(shown))",
        hint: "convert it with .astype('<\(name.dropFirst())')")
    }
    let letters = name.unicodeScalars
    let isKnown = letters.first.map("<>|=".unicodeScalars.contains) == true
    let (content, hint) =
      switch isKnown ? letters.dropFirst().first : nil {
      case "O": ("Python objects (\(shown)), which are never read: they can run programs", toFloat)
      case "i", "u": ("integers (\(shown))", toFloat)
      case "b": ("Boolean values (\(shown))", toFloat)
      case "c": ("complex numbers (\(shown))", "save its .real, or both parts by themselves")
      case "f": ("floats of another size (\(shown))", toFloat)
      case "S", "a": ("bytes (\(shown))", "convert text with .astype('U')")
      default: ("elements of type \(shown), which are not read", toFloat)
      }
    return place.error("holds \(content)", hint: hint)
  }

  /// The error for an array with named fields.
  static func structured(_ place: ArrayPlace) -> Failure {
    place.error(
      "has named fields (a structured dtype), which are not read",
      hint: "save each by itself: np.savez(FILE, **{n: a[n] for n in a.dtype.names})")
  }

  /// The error for an array of text, or of numbers that are neither a column nor a table.
  static func shape(_ header: NPYHeader, _ place: ArrayPlace) -> Failure {
    if case .text = header.element {
      return place.error("holds text, not numbers", hint: toFloat)
    }
    return place.error(
      "has shape \(header.shapeText)",
      hint: "a table has two dimensions, rows and columns; a column has one")
  }
}

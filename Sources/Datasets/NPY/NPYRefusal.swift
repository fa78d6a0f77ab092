import Text

/// The errors for arrays whose elements cannot be read.
enum NPYRefusal {
  /// The error for an array with elements of the numpy type `name`, such as `>f8`.
  static func error(_ name: String, _ place: ArrayPlace) -> Failure {
    let bytes = Array(name.utf8)
    let shown = Quotation.of(name.utf8)
    if name == ">f4" || name == ">f8" {
      return place.error(
        "holds big-endian numbers (\(shown))",
        hint: "convert it with .astype('<\(name.dropFirst())')")
    }
    let kind = bytes.first.map { "<>|=".utf8.contains($0) } == true ? bytes.dropFirst().first : nil
    switch kind {
    case UInt8(ascii: "O"):
      return place.error(
        "holds Python objects (\(shown)), which are never read: they can run programs",
        hint: "convert it with .astype('f8')")
    case UInt8(ascii: "i"), UInt8(ascii: "u"):
      return place.error("holds integers (\(shown))", hint: "convert it with .astype('f8')")
    case UInt8(ascii: "b"):
      return place.error("holds Boolean values (\(shown))", hint: "convert it with .astype('f8')")
    case UInt8(ascii: "c"):
      return place.error(
        "holds complex numbers (\(shown))", hint: "save its .real, or both parts by themselves")
    case UInt8(ascii: "f"):
      return place.error(
        "holds floats of another size (\(shown))", hint: "convert it with .astype('f8')")
    case UInt8(ascii: "S"), UInt8(ascii: "a"):
      return place.error("holds bytes (\(shown))", hint: "convert text with .astype('U')")
    default:
      return place.error(
        "holds elements of type \(shown), which are not read",
        hint: "convert it with .astype('f8')")
    }
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
      return place.error("holds text, not numbers", hint: "convert it with .astype('f8')")
    }
    return place.error(
      "has shape \(header.shapeText)",
      hint: "a table has two dimensions, rows and columns; a column has one")
  }
}

package import Text

extension Molecule {
  /// A molecule from the text of an XYZ file: the number of atoms, a comment, and a line with the
  /// element and the place in ångström of each atom. What follows is not read.
  ///
  /// - Parameter hessian: The text of the file beside it: 3N×3N numbers in hartree/bohr², row by
  ///   row, divided by blanks or line ends.
  package init(xyz text: String, hessian: String? = nil) throws(Failure) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    guard let count = lines.first.flatMap({ Int(Self.words($0).first ?? "") }), count > 0,
      lines.count >= count + 2
    else {
      throw .usage(
        "no XYZ file: it has no number of atoms, or fewer lines",
        hint: "the first line has the number of atoms, the second a comment, each other one an "
          + "element and x, y, z in ångström")
    }
    var elements: [String] = []
    var places: [[Double]] = []
    for line in lines[2..<count + 2] {
      let words = Self.words(line)
      let numbers = words.dropFirst().prefix(3).compactMap { Double($0) }
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
        throw .usage(
          "'\(line)' is no line of an XYZ file", hint: "write an element and x, y, z in ångström")
      }
      elements.append(String(words[0]))
      places.append(numbers)
    }
    var structure = Structure(angstrom: places)
    if let hessian { structure.field = .hessian(try Self.matrix(hessian, width: 3 * count)) }
    try self.init(elements: elements, structure: structure)
  }

  private static func matrix(_ text: String, width: Int) throws(Failure) -> [[Double]] {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
    let found = numbers.compactMap { $0 }
    guard found.count == numbers.count, found.count == width * width else {
      throw .usage(
        "a Hessian of \(found.count) numbers for \(width / 3) atoms",
        hint: "write \(width)×\(width) numbers in hartree/bohr² and nothing else")
    }
    return (0..<width).map { Array(found[$0 * width..<($0 + 1) * width]) }
  }

  private static func words(_ line: Substring) -> [Substring] {
    line.split(whereSeparator: \.isWhitespace)
  }
}

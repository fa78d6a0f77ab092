import Datasets
import Glibc
import Machine
import Text

/// The pictures of one figure, drawn under temporary names until they are complete.
struct Drawing {
  let name: String
  let folder: String

  private func path(_ ending: String) -> String { "\(folder)/\(name).\(ending)" }

  /// Writes the data and the script.
  func write(_ data: DataFile, _ script: Script) throws(Failure) {
    try OutputFile.write(data.text, to: path("dat"))
    try OutputFile.write(script.text(name: name), to: path("gp"))
  }

  /// Removes pictures of an earlier report, and its data if asked for.
  func removeOld(withData: Bool) {
    for ending in ["svg", "png"] + (withData ? ["dat", "gp"] : []) { unlink(path(ending)) }
  }

  /// Draws; why that failed, or the picture as SVG text.
  func draw(with gnuplot: Gnuplot) -> Result<[UInt8], NothingToDraw> {
    let names = ["svg", "png"].map { "\(name).\($0).\(getpid()).tmp" }
    defer { for name in names { unlink("\(folder)/\(name)") } }
    let cause = gnuplot.run(
      "\(name).gp", in: folder, variables: ["svg": names[0], "png": names[1]])
    if let cause { return .failure(NothingToDraw(cause)) }
    // A full disk is no error to gnuplot, but it leaves a picture without an end.
    let tails = [Array("</svg>".utf8), Array("IEND".utf8)]
    var pictures: [[UInt8]] = []
    for (name, tail) in zip(names, tails) {
      let bytes = (try? Files.read("\(folder)/\(name)")) ?? []
      guard Self.holds(tail, nearEndOf: bytes) else {
        return .failure(NothingToDraw("the picture has no end: is the disk full?"))
      }
      pictures.append(bytes)
    }
    for (name, ending) in zip(names, ["svg", "png"])
    where rename("\(folder)/\(name)", path(ending)) != 0 {
      return .failure(NothingToDraw(SystemError.last.description))
    }
    return .success(pictures[0])
  }

  static func holds(_ tail: [UInt8], nearEndOf bytes: [UInt8]) -> Bool {
    let end = Array(bytes.suffix(tail.count + 8))
    guard end.count >= tail.count else { return false }
    return (0...end.count - tail.count).contains { end[$0..<$0 + tail.count].elementsEqual(tail) }
  }
}

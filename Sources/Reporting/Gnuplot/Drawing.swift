import Datasets
import Glibc
import Machine
import Text

/// The pictures of one figure, drawn under temporary names until they are complete.
struct Drawing {
  let name: String
  let folder: String
  /// Says what may be overwritten; nil in the folder of a run, where all is ours.
  var rule: OverwriteRule?

  static let endings = ["svg", "png", "dat", "gp"]

  private func path(_ ending: String) -> String { "\(folder)/\(name).\(ending)" }

  /// Writes the data and the script.
  func write(_ data: DataFile, _ script: Script) throws(Failure) {
    try OutputFile.write(data.text, to: path("dat"), rule: rule)
    try OutputFile.write(script.text(name: name), to: path("gp"), rule: rule)
  }

  /// Removes pictures of an earlier report, and its data if asked for.
  func removeOld(withData: Bool) {
    for ending in Self.endings.prefix(withData ? 4 : 2) { unlink(path(ending)) }
  }

  /// Draws; why that failed, or the picture as SVG text.
  ///
  /// - Parameter deadline: When gnuplot is stopped.
  func draw(
    with gnuplot: Gnuplot, until deadline: ContinuousClock.Instant
  ) -> Result<[UInt8], NothingToDraw> {
    let files: [TemporaryFile]
    do throws(SystemError) {
      files = [try TemporaryFile(for: path("svg")), try TemporaryFile(for: path("png"))]
    } catch {
      return .failure(NothingToDraw("the picture cannot be created: \(error)"))
    }
    let names = files.map { String($0.path.dropFirst(folder.count + 1)) }
    let cause = gnuplot.run(
      "\(name).gp", in: folder, variables: ["svg": names[0], "png": names[1]], until: deadline)
    if let cause { return .failure(NothingToDraw(cause)) }
    // A full disk is no error to gnuplot, but it leaves a picture without an end.
    let tails = [Array("</svg>".utf8), Array("IEND".utf8)]
    var pictures: [[UInt8]] = []
    for (file, tail) in zip(files, tails) {
      let bytes = (try? Files.read(file.path)) ?? []
      guard Self.holds(tail, nearEndOf: bytes) else {
        return .failure(NothingToDraw("the picture has no end: is the disk full?"))
      }
      pictures.append(bytes)
    }
    for (file, ending) in zip(files, ["svg", "png"]) {
      rule?.mark(file.path)
      guard file.rename(to: path(ending)) else {
        return .failure(NothingToDraw(SystemError.last.description))
      }
    }
    return .success(pictures[0])
  }

  static func holds(_ tail: [UInt8], nearEndOf bytes: [UInt8]) -> Bool {
    let end = Array(bytes.suffix(tail.count + 8))
    guard end.count >= tail.count else { return false }
    return (0...end.count - tail.count).contains { end[$0..<$0 + tail.count].elementsEqual(tail) }
  }
}

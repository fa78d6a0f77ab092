import Glibc
import Machine
package import Models
package import Text

/// `metrics.csv`: a row for every epoch, as it ends.
package final class MetricsLog {
  private let path: String
  private let terms: [LossTerm.Name]
  private let file: Int32
  private let calls = FileCalls.current
  /// Rows that could not be written yet.
  private var pending = ""

  /// Opens the file of a run, and cuts off what came after epoch `epochs` of a resumed one.
  ///
  /// - Parameter source: whose rows are kept, where that is another file.
  package init(
    _ path: String, terms: [LossTerm.Name], keeping epochs: Int, of source: String? = nil
  ) throws {
    (self.path, self.terms) = (path, terms)
    let kept = Self.rows(of: source ?? path, keeping: epochs)
    try OutputFile.write(([Self.header(terms)] + kept).joined(separator: "\n") + "\n", to: path)
    file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else {
      throw Failure(
        .creation, file: path, cause: "cannot be opened", hint: "check the run's folder")
    }
  }

  deinit { close(file) }

  /// Appends a row, and those before it that the disk had no room for.
  ///
  /// - Returns: why it has to wait, too. A metric that cannot be written does not cost the training.
  package func append(_ record: EpochRecord) -> Failure? {
    pending += Self.row(record, terms) + "\n"
    return writePending()
  }

  private func writePending() -> Failure? {
    guard !pending.isEmpty else { return nil }
    let bytes = Array(pending.utf8)
    let end = lseek(file, 0, SEEK_END)
    let count = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { calls.write(file, $0, bytes.count) } ?? 0
    }
    guard count == bytes.count else {
      let cause = count < 0 ? SystemError.last.description : "the disk is full"
      // Half a row would spoil the one that follows.
      ftruncate(file, end)
      return Failure(.output, file: path, cause: "cannot be written: \(cause)", hint: "make room")
    }
    pending = ""
    return nil
  }

  /// Sees to it that rows outlive a loss of power as the checkpoint does that counts on them.
  package func synchronize() {
    _ = writePending()
    _ = calls.fsync(file)
  }

  /// The names of the columns; the first nine are always there.
  package static func header(_ terms: [LossTerm.Name]) -> String {
    let fixed =
      "epoch,seconds,rows_per_second,learning_rate,train_loss,train_total,validation_loss,"
      + "validation_total,grad_norm"
    let names = terms.map(\.rawValue) + ["l1", "l2"]
    return ([fixed] + ["train_", "validation_"].flatMap { side in names.map { side + $0 } })
      .joined(separator: ",")
  }

  static func row(_ record: EpochRecord, _ terms: [LossTerm.Name]) -> String {
    var numbers = [
      record.seconds, record.rowsPerSecond, record.learningRate, record.training.loss,
      record.training.total, record.validation.loss, record.validation.total,
      record.gradientNorm,
    ]
    for losses in [record.training, record.validation] {
      // A term that a stage does not have is nan: it is no zero.
      numbers += terms.map { losses.terms[$0] ?? .nan } + [record.l1, record.l2]
    }
    return (["\(record.epoch)"] + numbers.map { $0.isNaN ? "nan" : "\($0)" }).joined(separator: ",")
  }

  /// Cuts off the rows after an epoch, from which training begins anew.
  package func cut(keeping epochs: Int) {
    pending = ""
    let kept = Self.rows(of: path, keeping: epochs)
    ftruncate(file, off_t(([Self.header(terms)] + kept).reduce(0) { $0 + $1.utf8.count + 1 }))
  }

  /// The rows of the first epochs in a file.
  private static func rows(of path: String, keeping epochs: Int) -> [String] {
    guard epochs > 0 else { return [] }
    let text = (try? Files.read(path)) ?? []
    // A line that a crash has torn has no end.
    let whole = text.lastIndex(of: UInt8(ascii: "\n")).map { text[..<$0] } ?? []
    return whole.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }
      .filter { row in
        Int(row.prefix { $0 != "," }).map { (1...epochs).contains($0) } ?? false
      }
  }
}

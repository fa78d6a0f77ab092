package import Datasets
import Glibc
package import Models

/// `metrics.csv`: a row for every epoch, as it ends.
package final class MetricsLog {
  private let path: String
  private let terms: [LossTerm.Name]
  private var file: Int32

  /// Opens the file of a run, and cuts off what came after epoch `keeping` of a resumed one.
  package init(
    _ path: String, terms: [LossTerm.Name], keeping epochs: Int
  ) throws(DataError) {
    (self.path, self.terms) = (path, terms)
    let kept = epochs > 0 ? Self.rows(of: path).prefix(epochs + 1) : []
    let lines = kept.isEmpty ? [Self.header(terms)] : Array(kept)
    let output = try OutputFile(path)
    try output.write(Array((lines.joined(separator: "\n") + "\n").utf8))
    try output.close()
    file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else {
      throw DataError(
        .cannotCreate, file: path, cause: "cannot be opened", hint: "check the run's folder")
    }
  }

  deinit { close(file) }

  package func append(_ record: EpochRecord) {
    let line = Self.row(record, terms) + "\n"
    // A metric that cannot be written must not cost the training: the checkpoint knows the rest.
    _ = line.withCString { write(file, $0, strlen($0)) }
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
    return (["\(record.epoch)"] + numbers.map { "\($0)" }).joined(separator: ",")
  }

  private static func rows(of path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      text += block[..<count]
    }
    // A line that a crash has torn has no end.
    let whole = text.lastIndex(of: UInt8(ascii: "\n")).map { text[..<$0] } ?? []
    return whole.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}

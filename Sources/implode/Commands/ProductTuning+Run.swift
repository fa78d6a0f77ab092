import Engine
import Text

/// How a run records the kernels of its matrix products.
extension ProductTuning {
  private static let note = "opencl.products"

  /// For checkpoints; nothing where the standard kernels compute everything.
  var notes: [String: String] {
    choices.isEmpty ? [:] : [Self.note: lines.joined(separator: "\n")]
  }

  /// Nil if a checkpoint says something that cannot be understood.
  init?(notes: [String: String]) {
    self.init(lines: (notes[Self.note] ?? "").split(separator: "\n"))
  }

  /// For people.
  var json: JSON {
    .object(
      choices.sorted { $0.key.text < $1.key.text }.map {
        JSON.Member($0.key.text, .string($0.value.text))
      })
  }
}

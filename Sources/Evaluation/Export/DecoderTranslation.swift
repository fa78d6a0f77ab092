import Engine
import Models
import Records
import Text

/// A traced decoder, step by step in ONNX operators.
struct DecoderTranslation {
  private let source: Graph
  private var terms: [Value: Term]

  /// - Parameter terms: what z, the condition, and every parameter are.
  init(_ source: Graph, terms: [Value: Term]) { (self.source, self.terms) = (source, terms) }

  /// What the graph computes for `value`.
  mutating func translate(to value: Value) throws(Failure) -> Term {
    for step in source.steps { try add(step) }
    return try term(value, "the decoder")
  }

  private mutating func add(_ step: any Primitive) throws(Failure) {
    let name = "\(type(of: step))"
    guard let formula = step.formula else { throw Self.unknown(name) }
    switch formula {
    case .dense(let inputs, let weight, let bias, let activation, let y):
      let parts = try inputs.map { input throws(Failure) in
        let whole = try term(input.value, name)
        return input.isWhole ? whole : whole.columns(input.columns)
      }
      terms[y] = Term.concatenated(parts).dense(
        weight: try term(weight, name), bias: try term(bias, name), activation)
    case .coupling(
      let x, let parameters, let active, .affine(let bound), let isInverse, let order, let y):
      terms[y] = try term(x, name).coupled(
        subnet: try term(parameters, name), width: x.shape.columns, active: active,
        bound: Double(bound), isInverse: isInverse
      ).permuted(try words(order, name))
    case .permuteColumns(let x, let order, let gathers, let y):
      terms[y] = try term(x, name).permuted(try words(order, name), gathers: gathers)
    case .mixtureSample(let parameters, let z, let mixture, let y):
      terms[y] = mixture.sampled(try term(parameters, name), z: try term(z, name))
    case .add(let a, let b, let y): terms[y] = try term(a, name) + term(b, name)
    case .scale(let x, let factor, let y): terms[y] = try term(x, name) * Double(factor)
    }
  }

  private func term(_ value: Value, _ step: String) throws(Failure) -> Term {
    guard let term = terms[value] else { throw Self.unknown("\(step) of an unknown value") }
    return term
  }

  private func words(_ value: Value, _ step: String) throws(Failure) -> [Int] {
    guard let words = source.constants[value] else {
      throw Self.unknown("\(step) in an unknown order")
    }
    return words.map { Int($0) }
  }

  private static func unknown(_ step: String) -> Failure {
    Failure(
      "there is no ONNX for the step \(step)",
      hint: "the formats safetensors and npz have all weights of any model", code: .fault)
  }
}

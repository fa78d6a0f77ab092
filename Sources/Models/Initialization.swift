package import Engine
import Randomness

extension Graph {
  /// First values of every parameter: uniform in ±1/√(inputs), weights and biases alike.
  ///
  /// The layer that gives a coupling's s and t starts a tenth as large, so that a flow begins near
  /// the identity. Numbers follow from the seed and the parameter's place, so that no device and
  /// no thread changes them.
  package func initialParameters(seed: UInt64) -> [(value: Value, elements: [Float])] {
    let philox = Philox(seed: seed)
    return parameters.enumerated().map { index, parameter in
      let shape = parameter.value.shape
      let inputs = self.inputs(of: parameter)
      let gain: Float = Self.isCouplingOutput(parameter.name) ? 0.1 : 1
      let scale = gain / Float(inputs).squareRoot()
      let elements = (0..<shape.count).map { i in
        let words = philox(
          SIMD4(UInt32(i / 4), UInt32(index), 0, RandomStream.initialisation.rawValue))
        return (Float(words[i % 4] >> 8) * 0x1p-23 - 1) * scale
      }
      return (parameter.value, elements)
    }
  }

  /// The inputs of the layer that a parameter belongs to: a bias has as many as its weight.
  private func inputs(of parameter: Parameter) -> Int {
    guard parameter.name.hasSuffix(".bias") else { return parameter.value.shape.columns }
    let weight = String(parameter.name.dropLast(".bias".count)) + ".weight"
    return names[weight]?.shape.columns ?? parameter.value.shape.columns
  }

  private static func isCouplingOutput(_ name: String) -> Bool {
    name.hasPrefix("coupling") && name.contains(".out.")
  }
}

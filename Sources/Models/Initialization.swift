package import Engine
import Randomness

extension Graph {
  /// First values of every parameter: uniform within its initial bound.
  ///
  /// Numbers follow from the seed and the parameter's place, so that no device and no thread changes
  /// them.
  package func initialParameters(seed: UInt64) -> [(value: Value, elements: [Float])] {
    let philox = Philox(seed: seed)
    return parameters.enumerated().map { index, parameter in
      let elements = (0..<parameter.value.shape.count).map { i in
        let words = philox(
          SIMD4(UInt32(i / 4), UInt32(index), 0, RandomStream.initialization.rawValue))
        return (Float(words[i % 4] >> 8) * 0x1p-23 - 1) * parameter.initialBound
      }
      return (parameter.value, elements)
    }
  }
}

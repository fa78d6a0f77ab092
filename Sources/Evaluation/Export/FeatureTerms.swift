import Physics
import Records

extension MomentumFeatures {
  /// The features of momenta in a frame, as formulas: one term for each column.
  func terms(_ momenta: Term) -> [Term] {
    let vectors = (0..<molecule.atoms).map { momenta.atom($0) }
    return list.flatMap { feature -> [Term] in
      switch feature {
      case .magnitudes: return vectors.map(\.length)
      case .energies:
        return zip(vectors, energyScales).map { $0.dot($0) * $1 }
      case .angles:
        return vectors.indices.flatMap { i in
          vectors[(i + 1)...].map { Self.angle(vectors[i], $0) }
        }
      }
    }
  }

  /// The angle between two vectors, from 0 to π; 0 where one of them is 0.
  ///
  /// Runtimes have the arc cosine in single precision alone. It is a first guess θ, and one step of
  /// Newton's method makes it exact: `θ + |a×b| cos θ − a·b sin θ`, over the root of the sum of the
  /// squares. Cosines are sines a quarter turn on, which older runtimes have.
  private static func angle(_ a: Term, _ b: Term) -> Term {
    let (sine, cosine) = (a.cross(b).length, a.dot(b))
    let size = (sine * sine + cosine * cosine).root
    let isAngle = size > 0
    let unit = isAngle.choose(size, 1)
    let ratio = (cosine / unit).cast(to: .f32)
    let bounded = ratio.graph.node("Clip", [ratio, ratio.number(-1), ratio.number(1)])
    let guess = ratio.graph.node("Acos", [bounded]).cast(to: .f64)
    let graph = ratio.graph
    let sineOfGuess = graph.node("Sin", [guess])
    let cosineOfGuess = graph.node("Sin", [guess + Double.pi / 2])
    let angle = guess + (sine * cosineOfGuess - cosine * sineOfGuess) / unit
    return isAngle.choose(angle, 0)
  }
}

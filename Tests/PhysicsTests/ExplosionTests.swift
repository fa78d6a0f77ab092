import Physics
import Testing

/// The values of an independent simulator that is accurate to 1e-13.
@Suite struct ExplosionTests {
  @Test("a full row of momenta, to 1e-9")
  func fullRow() {
    let positions = [1.2801, 1.8885, -0.0644, -0.6929, 3.0627, 0, 4.1056, 0, 0]
    let expected = [
      -27.839654844499, 69.142112310784, -38.881140157781, -299.729741151898, 170.782055163213,
      15.533374704575, 327.569395996397, -239.924167473997, 23.347765453207,
    ]
    for accuracy in [Accuracy.precise, .reference, .fast] {
      let (momenta, outcomes) = CoulombExplosion(accuracy: accuracy).explode(positions)
      let worst = zip(momenta, expected).map { abs($0 - $1) }.max() ?? .infinity
      print(outcomes, worst)
      #expect(worst < (accuracy == .fast ? 5e-4 : 5e-7))
    }
  }
}

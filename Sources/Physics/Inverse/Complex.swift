/// A point of a plane.
struct Complex: Sendable, Equatable {
  var re, im: Double

  init(_ re: Double, _ im: Double) { (self.re, self.im) = (re, im) }

  var square: Double { re * re + im * im }
  var conjugate: Complex { Complex(re, -im) }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.re - b.re, a.im - b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }
  static func * (a: Double, b: Complex) -> Complex { Complex(a * b.re, a * b.im) }
  static func / (a: Complex, b: Complex) -> Complex { 1 / b.square * (a * b.conjugate) }
  static func += (a: inout Complex, b: Complex) { a = a + b }
}

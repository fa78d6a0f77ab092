import Records

extension Term {
  static func + (a: Term, b: Term) -> Term { a.graph.node("Add", [a, b]) }
  static func - (a: Term, b: Term) -> Term { a.graph.node("Sub", [a, b]) }
  static func * (a: Term, b: Term) -> Term { a.graph.node("Mul", [a, b]) }
  static func / (a: Term, b: Term) -> Term { a.graph.node("Div", [a, b]) }
  static func + (a: Term, b: Double) -> Term { a + a.number(b) }
  static func * (a: Term, b: Double) -> Term { a * a.number(b) }
  static func / (a: Term, b: Double) -> Term { a / a.number(b) }
  static prefix func - (a: Term) -> Term { a.graph.node("Neg", [a]) }

  static func > (a: Term, b: Term) -> Term { a.graph.node("Greater", [a, b], is: .bool) }
  static func > (a: Term, b: Double) -> Term { a > a.number(b) }
  static func < (a: Term, b: Term) -> Term { a.graph.node("Less", [a, b], is: .bool) }
  static func && (a: Term, b: Term) -> Term { a.graph.node("And", [a, b], is: .bool) }
  static prefix func ! (a: Term) -> Term { a.graph.node("Not", [a], is: .bool) }

  var root: Term { graph.node("Sqrt", [self]) }
  var magnitude: Term { graph.node("Abs", [self]) }
  var exponential: Term { graph.node("Exp", [self]) }
  var hyperbolicTangent: Term { graph.node("Tanh", [self]) }
  var errorFunction: Term { graph.node("Erf", [self]) }

  /// `a` where this holds, `b` elsewhere. What is not chosen may be no number.
  func choose(_ a: Term, _ b: Term) -> Term { graph.node("Where", [self, a, b], is: a.type) }
  func choose(_ a: Term, _ b: Double) -> Term { choose(a, a.number(b)) }

  func cast(to type: ElementType) -> Term {
    graph.node("Cast", [self], is: type, [.integer("to", Int(type.onnx))])
  }

  /// A constant of this term's type.
  func number(_ number: Double) -> Term { numbers([number], shape: []) }

  func numbers(_ numbers: [Double], shape: [Int]) -> Term {
    type == .f64
      ? graph.constant(numbers, shape: shape)
      : graph.constant(numbers.map { Float($0) }, shape: shape)
  }
}

/// A monotone function of one number, with parameters that a network computes for every element.
///
/// Couplings apply it to the columns that they change. A transform is one file here, its function and
/// gradient of the same name in transforms.cl, and a row of `Transforms.all`.
package protocol UnivariateTransform: Sendable {
  /// What transforms.cl calls its function; the gradient is that with `_gradient`.
  static var name: String { get }
  /// Parameters of one element.
  var parameterCount: Int { get }
  /// What the kernels are given besides parameters: a bound of the function's own.
  var bound: Float { get }
  /// Elements of scratch for each number that is transformed.
  var scratchCount: Int { get }
  /// What predictions compute; nil if it cannot be exported.
  var formula: Formula.Transform? { get }

  /// y, and log dy/dx, of some rows.
  func apply<E: Real>(_ pass: TransformPass<E>)

  /// The gradients of x and of the parameters of some rows.
  func addGradients<E: Real>(_ pass: TransformPass<E>, _ gradient: TransformGradient<E>)
}

extension UnivariateTransform {
  package var formula: Formula.Transform? { nil }
}

package enum Transforms {
  /// Every transform, in the form that tests try it in. Kernels know one by its place.
  package static let all: [any UnivariateTransform] = [AffineTransform(bound: 2)]

  static func number(of transform: some UnivariateTransform) -> Int {
    let name = type(of: transform).name
    guard let number = all.firstIndex(where: { type(of: $0).name == name }) else {
      preconditionFailure("the transform \(name) is not in Transforms.all")
    }
    return number
  }

  /// OpenCL C that comes before all kernels: `TRANSFORMS(f)` is f(number, name) for each of them.
  package static let kernelDeclarations =
    "#define TRANSFORMS(f) "
    + all.enumerated().map { "f(\($0.offset), \(type(of: $0.element).name))" }
    .joined(separator: " ") + "\n"
}

/// Some rows of numbers, and the parameters of each.
package struct TransformPass<E: Real> {
  let rows, columns: Int
  /// The function that undoes the transform.
  let isInverse: Bool
  /// The first number; a row begins every `stride`.
  let x: UnsafeMutablePointer<E>
  let stride: Int
  /// Of each row the first parameter of all columns, then the second, and so on.
  let parameters: UnsafeMutablePointer<E>
  let scratch: UnsafeMutablePointer<E>
  /// rows×columns
  let y, logSlope: UnsafeMutablePointer<E>

  var count: Int { rows * columns }
}

/// What flows back to a transform, and from it.
package struct TransformGradient<E: Real> {
  /// rows×columns: of y.
  let dy: UnsafeMutablePointer<E>
  /// One for each row: of the sum of log dy/dx.
  let dLogSlope: UnsafeMutablePointer<E>
  /// rows×columns, to be set.
  let dx: UnsafeMutablePointer<E>
  /// Like the parameters, to be set.
  let dParameters: UnsafeMutablePointer<E>
}

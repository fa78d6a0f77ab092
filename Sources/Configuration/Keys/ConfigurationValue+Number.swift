package import Text

extension ConfigurationValue where Self: FixedWidthInteger {
  package static var noun: String { "a whole number" }
  package static var schema: JSON { schema(of: "integer") }
  package static var plural: String { "whole numbers" }
  package var literal: String { description }

  /// Accepts 1e3 as a whole number, but only up to 2^53, above which it may have been rounded.
  package init(_ node: Node) throws(Mismatch) {
    let whole: Int128
    switch node.value {
    case .integer(let integer): whole = integer
    case .number(let number):
      guard let integer = Int128(exactly: number) else {
        // The number is whole but too large for any integer type.
        if number.rounded() == number { throw Self.outOfRange(node) }
        throw .type(node, Self.noun)
      }
      guard abs(number) <= 0x1p53 else { throw Self.outOfRange(node) }
      whole = integer
    default: throw .type(node, Self.noun)
    }
    guard let value = Self(exactly: whole) else { throw Self.outOfRange(node) }
    self = value
  }

  private static func outOfRange(_ node: Node) -> Mismatch {
    Mismatch(
      what: "\(node.shown) is not in range",
      hint: "write a whole number from \(Self.min) to \(Self.max), in digits",
      position: node.position)
  }
}

extension Int: ConfigurationValue {}
extension UInt64: ConfigurationValue {}

extension ConfigurationValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
  package static var noun: String { "a finite number" }
  package static var schema: JSON { schema(of: "number") }
  package static var plural: String { "finite numbers" }
  /// JSON cannot express numbers that are not finite; they are written as null.
  package var literal: String { isFinite ? description : "null" }
}

extension Double: ConfigurationValue {
  package init(_ node: Node) throws(Mismatch) {
    switch node.value {
    case .integer(let integer): self = Double(integer)
    case .number(let number): self = number
    default: throw .type(node, Self.noun)
    }
  }
}

/// A number that devices compute with. One that overflows or rounds to 0 in 32 bits is refused.
extension Float: ConfigurationValue {
  package init(_ node: Node) throws(Mismatch) {
    let number = try Double(node)
    if let fault = Limit.float(number) {
      throw Mismatch(
        what: "\(node.shown) \(fault)",
        hint: "write 0 or a number of a size between "
          + "\(Float.leastNormalMagnitude) and \(Float.greatestFiniteMagnitude)",
        position: node.position)
    }
    self = Float(number)
  }
}

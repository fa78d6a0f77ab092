extension ConfigurationValue where Self: FixedWidthInteger {
  package static var noun: String { "a whole number" }
  package static var plural: String { "whole numbers" }
  package var literal: String { description }

  /// 1e3 is a whole number, too; but beyond 2^53 a number with an exponent may have been rounded.
  package init(_ node: Node) throws(Mismatch) {
    let whole: Int128
    switch node.value {
    case .integer(let integer): whole = integer
    case .number(let number):
      guard let integer = Int128(exactly: number) else {
        // A number that large is whole, but no type has room for it.
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

extension Double: ConfigurationValue {
  package static var noun: String { "a finite number" }
  package static var plural: String { "finite numbers" }
  /// What is not finite cannot be read back, and there is no way to write it.
  package var literal: String { isFinite ? description : "null" }

  package init(_ node: Node) throws(Mismatch) {
    switch node.value {
    case .integer(let integer): self = Double(integer)
    case .number(let number): self = number
    default: throw .type(node, Self.noun)
    }
  }
}

/// For what the devices compute with: what they would take for infinity or 0 is refused.
extension Float: ConfigurationValue {
  package static var noun: String { "a finite number" }
  package static var plural: String { "finite numbers" }
  package var literal: String { isFinite ? description : "null" }

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

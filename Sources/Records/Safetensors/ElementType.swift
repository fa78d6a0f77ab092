/// The element type of a tensor, by its name in the format.
///
/// Implode computes with some of them and copies the others.
package enum ElementType: String, CaseIterable, Hashable, Sendable {
  case bool = "BOOL"
  case f4 = "F4"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case u8 = "U8"
  case i8 = "I8"
  case f8e5m2 = "F8_E5M2"
  case f8e4m3 = "F8_E4M3"
  case f8e8m0 = "F8_E8M0"
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  case i16 = "I16"
  case u16 = "U16"
  case f16 = "F16"
  case bf16 = "BF16"
  case i32 = "I32"
  case u32 = "U32"
  case f32 = "F32"
  case c64 = "C64"
  case f64 = "F64"
  case i64 = "I64"
  case u64 = "U64"

  package var bits: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// The size of a tensor in bytes; nil if it overflows or is not a whole number of bytes.
  ///
  /// The product of the dimensions other than zero must not overflow, even if another one is zero,
  /// so that the result does not depend on the order of multiplication.
  func byteCount(of shape: [Int]) -> Int? {
    var size = bits
    for dimension in shape where dimension != 0 {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      size = product
    }
    if shape.contains(0) { return 0 }
    return size % 8 == 0 ? size / 8 : nil
  }
}

/// A type whose bytes in memory are those in a file, since both are little-endian.
///
/// Every bit pattern must be a value of the type.
package protocol TensorElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: TensorElement { package static var elementType: ElementType { .f32 } }
extension Double: TensorElement { package static var elementType: ElementType { .f64 } }
extension Int64: TensorElement { package static var elementType: ElementType { .i64 } }
extension UInt64: TensorElement { package static var elementType: ElementType { .u64 } }
extension Int32: TensorElement { package static var elementType: ElementType { .i32 } }
extension UInt32: TensorElement { package static var elementType: ElementType { .u32 } }
extension UInt8: TensorElement { package static var elementType: ElementType { .u8 } }

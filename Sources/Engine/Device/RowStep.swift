/// A step over rows that says what it does in a chain by one operation. What it reads and writes, and
/// the arguments of the kernel of the same name, are the operands of that.
protocol RowStep: DeviceStep {
  /// What has the operands: the step itself, or what it shares with another.
  associatedtype Operands = Self
  static var operation: DeclaredOperation<Operands> { get }
  var operands: Operands { get }
  /// Of the kernel: one for each row, or for some elements of each.
  var workItems: Int { get }
}

extension RowStep where Operands == Self {
  var operands: Self { self }
}

extension RowStep {
  var operation: ChainOperation { Self.operation(operands) }

  var domain: Domain { .rows((operation.inputs + operation.outputs)[0].shape.rows) }
  var inputs: [Value] { operation.inputs }
  var wholes: [Value] { operation.wholes }
  var outputs: [Value] { operation.outputs }

  var workItems: Int { domain.extent }
  func chained(on device: LaunchTraits) -> ChainedStep? { ChainedStep(operations: [operation]) }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    let operation = operation
    return [
      .elementwise(
        operation.kind.name, operation.arguments + [.int(domain.extent)], count: workItems)
    ]
  }
}

extension ChainOperation {
  /// The operands as arguments of a kernel, which come in the order of the declaration.
  ///
  /// What may be absent is followed by whether it is there, and the place of a gradient by whether to
  /// add to it. Where something is absent stands another value, which the kernel does not touch.
  fileprivate var arguments: [Launch.Argument] {
    guard let standIn = (inputs + outputs).first else { preconditionFailure("\(kind) has no rows") }
    return zip(kind.form.operands, operands).flatMap { declared, operand in
      operand.arguments(declared, standIn: standIn)
    }
  }
}

extension ChainOperation.Operand {
  fileprivate func arguments(
    _ declared: ChainOperation.Form.Declared, standIn: Value
  ) -> [Launch.Argument] {
    let saysWhetherThere = declared.isOptional && declared.use != .whole
    switch self {
    case .at(let place):
      return [.value(place.value)] + (saysWhetherThere ? [.int(1)] : [])
        + (declared.use == .target ? [.int(place.accumulates ? 1 : 0)] : [])
    case .absent where declared.use == .int: return [.int(-1)]
    case .absent:
      return [.value(standIn)] + (saysWhetherThere ? [.int(0)] : [])
        + (declared.use == .target ? [.int(0)] : [])
    case .term(let term): return term.arguments
    case .int(let number): return [.int(number)]
    case .float(let number): return [.float(number)]
    case .scratch: return []
    }
  }
}

/// A step over rows whose kernel has the name and the operands of its operation in a chain.
protocol RowStep: DeviceStep {
  var operation: ChainOperation { get }
  /// Of the kernel: one for each row, or for some elements of each.
  var workItems: Int { get }
}

extension RowStep {
  var workItems: Int { domain.extent }
  func chained(on device: LaunchTraits) -> ChainedStep? { ChainedStep(operation) }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [
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
    let values = operands.lazy.compactMap(\.value)
    guard let standIn = values.first else { preconditionFailure("\(kind) has no values") }
    return zip(kind.form.operands, operands).flatMap { declared, operand in
      operand.arguments(of: declared.requirement, standIn: standIn)
    }
  }
}

extension ChainOperation.Operand {
  fileprivate var value: Value? {
    switch self {
    case .rows(let value, _), .whole(let value, _), .target(let value, _, _): value
    default: nil
    }
  }

  fileprivate func arguments(
    of requirement: ChainOperation.Requirement, standIn: Value
  ) -> [Launch.Argument] {
    let isThere = value == nil ? 0 : 1
    switch (requirement, self) {
    case (.optional(.rows), _): return [.value(value ?? standIn), .int(isThere)]
    case (.optional(.target), .absent): return [.value(standIn), .int(0), .int(0)]
    case (.optional(.whole), .absent): return [.value(standIn)]
    case (.optional(.target), .target(let value, _, let accumulates)):
      return [.value(value), .int(1), .int(accumulates ? 1 : 0)]
    case (_, .target(let value, _, let accumulates)):
      return [.value(value), .int(accumulates ? 1 : 0)]
    case (_, .rows(let value, _)), (_, .whole(let value, _)): return [.value(value)]
    case (_, .term(let term)): return term.arguments
    case (_, .int(let number)): return [.int(number)]
    case (_, .float(let number)): return [.float(number)]
    case (.optional(.int), .absent): return [.int(-1)]
    case (_, .scratch): return []
    case (_, .sum), (_, .absent): preconditionFailure("\(requirement) in a kernel of its own")
    }
  }
}

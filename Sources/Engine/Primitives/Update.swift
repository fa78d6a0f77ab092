/// A training step's update: the norm of the gradients, the control of the step, Adam.
///
/// A device computes it by two launches. The first forms the norm's parts, of which there are more
/// where there are more parameters, and, in a work-group of its own, the objective's sums and what the
/// next step's rate and corrections will be. In the second every work-group has the norm from its
/// parts, and one writes down what the program and the next step read; none of the others reads that.
struct Update: Primitive {
  let norm: GradientNorm
  let control: StepControl
  let adam: Adam

  var domain: Domain { adam.domain }
  var inputs: [Value] { norm.inputs + adam.inputs }
  var wholes: [Value] { control.wholes }
  var outputs: [Value] { control.outputs + adam.outputs }
  var sums: [Value] { norm.sums }

  private var block: ParameterBlock { norm.block }
  private var state: OptimizerState { control.state }
  private var settings: OptimizerSettings { control.settings }
}

extension Update: CPULowerable {
  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] { [norm, control, adam] }
}

extension Update: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    let parts = lowering.takeParts(of: block.gradients)
    // 1×3: the learning rate, and Adam's corrections if the step counts.
    let prospects = lowering.makeValue(Shape(1, 3))
    let runs = (block.parameters.shape.count + groupSize - 1) / groupSize
    // Σ g′², Σ |w|, Σ w² and nothing of every work-group.
    let partials = lowering.makeValue(Shape(min(runs, lowering.device.isCPU ? 64 : 512), 4))
    return [
      gradientNorm(ofSumOf: parts, partials, prospects),
      adamUpdate(partials, prospects, on: lowering.device),
    ]
  }

  private var groupSize: Int { GradientNorm.groupSize }

  /// - Parameter parts: of the gradients, one in each row, where they are still to be added up.
  private func gradientNorm(
    ofSumOf parts: Value?, _ partials: Value, _ prospects: Value
  ) -> Launch {
    let objective = control.objective
    return .groups(
      "gradient_norm",
      [
        .value(block.parameters), .value(block.gradients), .value(parts ?? block.gradients),
        .int(parts?.shape.rows ?? 0), .value(partials), .int(block.parameters.shape.count),
        .int(block.regularizedCount), .float(settings.l1), .float(settings.l2),
        .value(objective.terms), .value(objective.weights), .value(objective.components),
        .value(objective.total), .value(objective.epochSums), .int(control.sum == nil ? 0 : 1),
        .int(objective.terms.shape.rows), .int(objective.names.count),
        .value(state.learningRates), .int(state.learningRates.shape.count),
        .value(objective.clock), .value(state.control), .value(prospects),
        .float(settings.beta1), .float(settings.beta2), .int(partials.shape.rows),
      ], count: partials.shape.rows + 1, size: groupSize)
  }

  /// On a CPU an item has neighboring parameters, and there are few groups.
  private func adamUpdate(
    _ partials: Value, _ prospects: Value, on device: LaunchTraits
  ) -> Launch {
    let count = block.parameters.shape.count
    let groups = min((count + groupSize - 1) / groupSize, device.isCPU ? 16 : 2048)
    let each = (count + groups * groupSize - 1) / (groups * groupSize)
    return .groups(
      "adam",
      [
        .value(block.parameters), .value(block.gradients), .value(state.firstMoments),
        .value(state.secondMoments), .value(partials), .value(control.objective.total),
        .value(prospects), .value(control.objective.clock), .value(state.control), .int(count),
        .int(block.regularizedCount), .float(settings.l1), .float(settings.l2),
        .float(settings.clipNorm ?? 0), .float(settings.weightDecay), .float(settings.beta1),
        .float(settings.beta2), .float(settings.epsilon), .int(partials.shape.rows),
        .int(device.isCPU ? each : 1),
      ], count: groups, size: groupSize)
  }
}

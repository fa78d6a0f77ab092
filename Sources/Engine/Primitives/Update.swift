/// Norm, control and Adam as a device runs them: two launches.
///
/// The first forms the norm's parts and, in a work-group of its own, the objective's sums and what the
/// next step's rate and corrections will be. In the second every work-group has the norm from its
/// parts, and one writes down what the host and the next step read; none of the others reads that.
struct Update: Primitive {
  let norm: GradientNorm
  let control: StepControl
  let adam: Adam
  /// 1×3: the learning rate, and Adam's corrections if the step counts.
  let prospects: Value

  var domain: Domain { adam.domain }
  var inputs: [Value] { norm.inputs + adam.inputs }
  var wholes: [Value] { control.wholes }
  var outputs: [Value] { control.outputs + adam.outputs }
  var sums: [Value] { norm.sums }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    preconditionFailure("the CPU runs the parts of an update")
  }

  func launches(for device: LaunchTraits) -> [Launch] {
    [gradientNorm, adamUpdate(groups: device.isProcessor ? 16 : .max)]
  }

  private var block: ParameterBlock { norm.block }
  private var state: OptimizerState { control.state }
  private var settings: OptimizerSettings { control.settings }

  private var gradientNorm: Launch {
    let objective = control.objective
    return .kernel(
      .init(
        entry: "gradient_norm",
        arguments: [
          .value(block.parameters), .value(block.gradients),
          .value(norm.slots ?? block.gradients), .int(norm.slots?.shape.rows ?? 0),
          .value(norm.partials), .int(block.parameters.shape.count),
          .int(block.regularizedCount), .float(settings.l1), .float(settings.l2),
          .value(objective.terms), .value(objective.weights), .value(objective.components),
          .value(objective.total), .value(objective.epochSums), .int(control.sum == nil ? 0 : 1),
          .int(objective.terms.shape.rows), .int(objective.names.count),
          .value(state.learningRates), .int(state.learningRates.shape.count),
          .value(objective.clock), .value(state.control), .value(prospects),
          .float(settings.beta1), .float(settings.beta2),
        ], global: .init((GradientNorm.groups + 1) * GradientNorm.groupSize),
        local: .init(GradientNorm.groupSize)))
  }

  /// - Parameter groups: at most so many, which share the parameters.
  private func adamUpdate(groups: Int) -> Launch {
    let (count, group) = (block.parameters.shape.count, GradientNorm.groupSize)
    return .kernel(
      .init(
        entry: "adam",
        arguments: [
          .value(block.parameters), .value(block.gradients), .value(state.firstMoments),
          .value(state.secondMoments), .value(norm.partials), .value(control.objective.total),
          .value(prospects), .value(control.objective.clock), .value(state.control), .int(count),
          .int(block.regularizedCount), .float(settings.l1), .float(settings.l2),
          .float(settings.clipNorm ?? 0), .float(settings.weightDecay), .float(settings.beta1),
          .float(settings.beta2), .float(settings.epsilon),
        ], global: .init(min(groups, (count + group - 1) / group) * group), local: .init(group)))
  }
}

/// A step that a device runs as part of an update.
protocol UpdatePart: Primitive {}

extension UpdatePart {
  func launches(for device: LaunchTraits) -> [Launch] {
    preconditionFailure("\(Self.self) is part of an update")
  }
}

extension Graph {
  /// Puts an update in the place of its three parts.
  mutating func joinUpdate() {
    guard let index = steps.firstIndex(where: { $0 is GradientNorm }), index + 2 < steps.count,
      let norm = steps[index] as? GradientNorm, let control = steps[index + 1] as? StepControl,
      let adam = steps[index + 2] as? Adam
    else { return }
    let update = Update(
      norm: norm, control: control, adam: adam, prospects: makeValue(Shape(1, 3)))
    steps.replaceSubrange(index...index + 2, with: [update])
  }
}

import Engine
import Models
import OpenCLBackend
import Training
import Text

/// Which kernels compute the matrix products of training steps.
extension Workplace {
  /// What a GPU that is used for the first time is measured for, if nobody says otherwise.
  static let tuneSeconds = 10.0

  /// The products of some stages' training steps; none where chains take them.
  func products(of stages: [StagePlan]) -> [ProductShape: Int] {
    guard tunableDevice != nil else { return [:] }
    return stages.reduce(into: [:]) { $0.merge($1.products(on: traits), uniquingKeysWith: +) }
  }

  /// The device, if its products can be tuned: on CPUs chains contain them, or nothing is known
  /// that would be faster.
  var tunableDevice: OpenCLDevice? {
    traits.isCPU ? nil : device as? OpenCLDevice
  }

  /// Lets graphs that are compiled from now on have these kernels.
  ///
  /// - Returns: what the device cannot do; then nothing is changed.
  func use(_ products: ProductTuning) -> (ProductShape, ProductChoice)? {
    guard let device = tunableDevice else { return nil }
    if let refused = products.choices.first(where: { !device.canUse($0.value) }) {
      return (refused.key, refused.value)
    }
    device.products = products
    return nil
  }

  /// Uses the kernels that are on file for these products, and measures those that are not.
  func chooseProducts(
    for shapes: [ProductShape: Int], seconds: Double, _ output: Output
  ) throws -> ProductTuning {
    var tuning = ProductTuning()
    guard let device = tunableDevice, !shapes.isEmpty, let file = try device.tuningFile() else {
      return tuning
    }
    let (known, problem) = file.load()
    if let problem {
      output.warn("\(problem): the file is ignored; `implode tune-kernels` writes a new one")
    }
    for product in known where shapes[product.shape] != nil && device.canUse(product.choice) {
      tuning.choices[product.shape] = product.choice
    }
    let missing = shapes.filter { tuning.choices[$0.key] == nil }
    if problem == nil && !missing.isEmpty && seconds > 0 {
      output.note(
        "\(device.name): tuning kernels for \(Numbers.count(missing.count, "matrix product")), "
          + "at most \(Numbers.significant(seconds, digits: 3)) s "
          + "(IMPLODE_TUNE_SECONDS=0: never)")
      for result in try tune(missing, on: device, seconds: seconds, keptIn: file, output) {
        tuning.choices[result.product.shape] = result.product.choice
      }
    }
    device.products = tuning
    return tuning
  }

  /// Measures, and keeps what comes of it.
  func tune(
    _ shapes: [ProductShape: Int], on device: OpenCLDevice, seconds: Double,
    keptIn file: TuningFile?, _ output: Output
  ) throws -> [ProductTuner.Result] {
    let tuner = ProductTuner(device, seconds: seconds) { output.status($0) }
    let results = try tuner.tune(shapes)
    output.clearStatus()
    if let file, !file.add(results.map(\.product)) {
      output.warn("\(file.path): cannot be written; the next run will tune again")
    }
    return results
  }
}

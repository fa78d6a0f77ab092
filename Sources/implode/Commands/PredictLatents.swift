import Datasets
import Evaluation
import Machine
import Models
import Text
import Training

extension PredictOptions {
  /// Throws for a model that has not got what is asked of it.
  func check(_ saved: SavedModel) throws(Failure) {
    let model = saved.model
    if logDensity, model.density == nil {
      throw saved.lack("--log-density", "no density of positions") { $0.density != nil }
    }
    if withLatents || latents != nil, model.sampler == nil {
      let option = withLatents ? "--with-latents" : "--latents"
      throw saved.lack(option, "no latent variables") { $0.sampler != nil }
    }
  }

  /// The z of the file, if one is named.
  func givenLatents(of saved: SavedModel, threads: Int) throws(Failure) -> GivenLatents? {
    guard let latents, let width = saved.model.sampler?.latentWidth else { return nil }
    let file = latents.inputName
    var reader = TableReader<Float>(columns: GivenLatents.columns(width))
    reader.optional = ["z\(width + 1)"]
    (reader.joinsSamples, reader.threads) = (true, threads)
    let table: Table<Float>
    do { table = try reader.read(latents).table } catch {
      throw error.code == .data
        ? Failure(error.message, hint: GivenLatents.hint(width)) : error
    }
    return try GivenLatents(table, width: width, file: file)
  }
}

extension SavedModel {
  /// An error of an option for which the model lacks something, with the families that have it.
  fileprivate func lack(
    _ option: String, _ what: String, has: (any Model) -> Bool
  ) -> Failure {
    let names = ModelKind.allCases.filter { kind in
      has(kind.family.init().model(model.dimensions, physics: preparation.physics))
    }.map(\.choiceName)
    return .usage(
      "\(option): a model of the family \(configuration.kind.choiceName) has \(what)",
      hint: "the families \(names.joined(separator: ", ")) have")
  }
}

import Engine
import Records
import TestSupport
import Testing
import Text

@testable import Evaluation
@testable import Training

@Suite struct ModelExportTests {
  private let exported: ExportCase

  init() throws { exported = try ExportCase("default", ["model.decoder": "[8]"], rows: 100) }

  private func export() throws -> ModelExport {
    try ModelExport(exported.model, version: "1.2.3")
  }

  @Test("every name of a graph is made before it is used, and once")
  func names() throws {
    let model = try export().onnx()
    var known = Set(model.inputs.map(\.name) + model.tensors.map(\.name))
    #expect(known.count == model.inputs.count + model.tensors.count)
    for node in model.nodes {
      #expect(known.isSuperset(of: node.inputs), "\(node)")
      #expect(known.insert(node.output).inserted, "\(node)")
    }
    #expect(known.isSuperset(of: model.outputs.map(\.name)))
    #expect(model.inputs.map(\.name) == ["z", "momenta"])
    #expect(model.bytes == (try export().onnx().bytes))
  }

  @Test("metadata say what is needed to use the file without us")
  func metadata() throws {
    let metadata = try export().onnx().metadata
    #expect(metadata["version"] == "1.2.3" && metadata["model"] == "mixture")
    #expect(metadata["positions.columns"] == "cx,cy,cz,ox,oy,oz,sx,sy,sz")
    #expect(metadata["z"] == "standard normal numbers")
    #expect(metadata["configuration"]?.contains("minStandardDeviation") == true)
    let file = try SafetensorsFile(export().safetensors(), path: "x", trust: .sealed)
    #expect(file.metadata == metadata)
  }

  @Test("an exported safetensors file is a model of ours")
  func readBack() throws {
    let file = try SafetensorsFile(export().safetensors(), path: "x", trust: .sealed)
    let back = try SavedModel(file)
    #expect(back.parameters.count == exported.model.parameters.count)
    #expect(back.preparation == exported.model.preparation)
  }

  @Test("a deterministic model has no z")
  func noChance() throws {
    let plain = try ExportCase(
      "default", ["model.kind": "regression", "model.decoder": "[8]"], rows: 100)
    let export = try ModelExport(plain.model, version: "1.2.3")
    #expect(try export.onnx().inputs.map(\.name) == ["momenta"])
    #expect(try export.onnx().metadata["z"] == "none: the model is deterministic")
  }

  @Test("a step that predictions do not have is named")
  func unknownStep() throws {
    var graph = Graph()
    let clock = graph.clock()
    graph.tick(clock)
    var translation = DecoderTranslation(graph, terms: [:])
    let error = #expect(throws: Failure.self) { _ = try translation.translate(to: clock) }
    #expect(error?.message == "there is no ONNX for the step Tick")
    #expect(error?.hint.contains("safetensors") == true)
  }

  @Test("an unfinished run is refused")
  func unfinished() throws {
    // The latent distribution of its encoder is known when training has ended.
    let sizes = ["model.encoder": "[4]", "model.decoder": "[4]", "model.latent": "2"]
    var model = try ExportCase("cvae-proposal", sizes, rows: 100).model
    model.latent = nil
    let error = #expect(throws: Failure.self) { _ = try ModelExport(model, version: "") }
    #expect(error?.message.contains("not finished") == true)
  }
}

package import Engine
import KernelSources
import Physics

/// A program of OpenCL C as a driver is given it, without a device: for compilers that have none.
package struct ProgramText: Hashable, Sendable {
  package let name, text: String
  /// Bytes of memory that launches give the work-groups of a kernel.
  package var localBytes: [String: Int] = [:]
  /// For a device that rounds correctly and has no tensor cores.
  package var options: String { KernelBuild.options(roundsCorrectly: true, warps: .none) }

  /// The programs that the launches of a graph are in.
  ///
  /// - Parameter name: of what is the graph's alone.
  package static func programs(
    of graph: Graph, named name: String, for traits: LaunchTraits, _ settings: OpenCLSettings
  ) throws(OpenCLError) -> [ProgramText] {
    let plan = graph.lowered(for: traits)
    var tiles: Set<ProductTile> = [.standard]
    for case .kernel(let launch) in plan.launches { tiles.insert(launch.tile) }
    var result: [ProgramText] = []
    for tile in ProductTile.all where tiles.contains(tile) {
      result.append(try ProgramText(tile, settings))
    }
    for chains in plan.chains {
      var program = ProgramText(
        name: "\(name), chains of \(chains[0].shape.rows) rows",
        text: try KernelSource.text(from: settings.kernelFolder, for: chains))
      for case .kernel(let launch) in plan.launches where launch.text?.shape == chains[0].shape {
        program.localBytes[launch.entry] = launch.arguments.reduce(0) { bytes, argument in
          if case .local(let reals) = argument { bytes + 4 * reals } else { bytes }
        }
      }
      result.append(program)
    }
    return result
  }

  /// The programs that follow from no graph: all kernels, products in every tile that a tuner may
  /// choose, the trial of tensor cores, and explosions of three atoms.
  package static func fixed(
    for traits: LaunchTraits, _ settings: OpenCLSettings
  ) throws(OpenCLError) -> [ProgramText] {
    var result: [ProgramText] = []
    for tile in ProductTile.all { result.append(try ProgramText(tile, settings)) }
    result.append(
      ProgramText(
        name: "tensor probe",
        text: try KernelSource.text(
          of: KernelSource.tensorProbe, from: settings.kernelFolder)))
    let molecule = Molecule.carbonylSulfide
    for (name, layout, accuracy, tangents) in [
      ("in a plane, float", FlightLayout(molecule, isDouble: false), Accuracy.single, false),
      ("in space, float", FlightLayout(molecule, isDouble: false, moves: true), .single, false),
      ("in a plane, double", FlightLayout(molecule, isDouble: true), .precise, false),
      (
        "with derivatives, float", FlightLayout(molecule, isDouble: false, directions: 1), .single,
        true
      ),
    ] {
      result.append(
        ProgramText(
          name: "explosions \(name)",
          text: try ExplosionProgram.text(
            layout, accuracy, tangents: tangents, asCPU: traits.isCPU, settings)))
    }
    return result
  }

  private init(name: String, text: String) { (self.name, self.text) = (name, text) }

  private init(_ tile: ProductTile, _ settings: OpenCLSettings) throws(OpenCLError) {
    self =
      tile == .standard
      ? ProgramText(
        name: "kernels",
        text: try KernelSource.text(of: KernelSource.common, from: settings.kernelFolder))
      : ProgramText(
        name: "products, \(tile)",
        text: try KernelSource.text(from: settings.kernelFolder, for: tile))
  }
}

import Configuration
import OpenCLBackend
import Physics
import Text

/// An OpenCL device that computes explosions for a command.
struct SimulationDevice {
  let explosions: OpenCLExplosion
  let name: String
  var precision: String { explosions.isDouble ? "double" : "single" }

  /// Nil for the CPU, which is the default: asking for a device is asking for OpenCL.
  ///
  /// `auto` takes the first GPU that can compute what is asked for; a device that was named, or asked
  /// for as OpenCL, is refused if it cannot.
  static func choose(
    _ backend: Backend?, device index: Int?, molecule: Molecule, isPrecise: Bool
  ) throws -> SimulationDevice? {
    let backend = backend ?? (index == nil ? .cpu : .opencl)
    let place = try Workplace.choose(backend, device: index, threads: nil)
    guard let device = place.device as? OpenCLDevice else { return nil }
    if backend == .auto && index == nil {
      let canDo =
        molecule.atoms <= OpenCLExplosion.mostAtoms
        && (!isPrecise || device.properties.hasDoubles)
      guard canDo else { return nil }
    }
    return SimulationDevice(
      explosions: try OpenCLExplosion(
        molecule, on: device, accuracy: isPrecise ? .precise : .single, isDouble: isPrecise),
      name: device.name)
  }
}

/// Options of commands that explode on the CPU unless they are told otherwise.
extension Key {
  static func explosionBackend(_ path: any WritableKeyPath<Config, Backend?> & Sendable) -> Key {
    Key("backend", path, "compute backend of the explosions (default cpu)")
  }

  static func explosionDevice(_ path: any WritableKeyPath<Config, Int?> & Sendable) -> Key {
    Key(
      "device", path, check: { $0.flatMap(Limit.notNegative) },
      "index of an OpenCL device for the explosions")
  }
}

extension Workplace {
  /// What simulates molecules beside the models that run here; nil for the CPU.
  func explosions(of molecule: Molecule) throws -> (any Explosions)? {
    guard let device = device as? OpenCLDevice, molecule.atoms <= OpenCLExplosion.mostAtoms else {
      return nil
    }
    return try OpenCLExplosion(molecule, on: device)
  }
}

import Datasets
package import Machine
import Records
import Training
import Text

extension ModelExport {
  /// Writes an NPZ file: the arrays of the safetensors export, and its metadata as a JSON text.
  package func writeNPZ(to path: String, rule: OverwriteRule? = nil) throws {
    let file = try SafetensorsFile(safetensors(), path: path, trust: .sealed)
    let archive = try NPZArrayWriter(path, rule: rule)
    for tensor in file.tensors {
      if tensor.elementType == .f64 {
        try archive.add(tensor.name, shape: tensor.shape, tensor.elements(of: Double.self))
      } else {
        try archive.add(tensor.name, shape: tensor.shape, tensor.elements(of: Float.self))
      }
    }
    let members = file.metadata.sorted { $0.key < $1.key }.map {
      JSON.Member($0.key, .string($0.value))
    }
    try archive.add("metadata", JSON.object(members).description)
    try archive.close()
  }
}

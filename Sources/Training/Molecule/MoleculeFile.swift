import Configuration
package import Physics
package import Text

/// Molecules as people name them: by the built-in table, by a formula, or by a file.
package enum MoleculeFile {
  /// - Parameter text: `CO2`, or the path of an XYZ file (`.xyz`, and a Hessian beside it in
  ///   `.hessian`) or of a JSON5 file, whose members are those of `molecule` in a configuration.
  package static func molecule(_ text: String) throws(Failure) -> Molecule {
    // No formula has a dot or a slash.
    guard text.contains(".") || text.contains("/") else { return try Molecule(text) }
    do {
      guard text.hasSuffix(".xyz") else { return try read(json5: text) }
      let source = try SourceText.text(of: text)
      let hessian = text.dropLast(".xyz".count) + ".hessian"
      return try Molecule(xyz: source, hessian: optional(String(hessian)))
    } catch let error as ConfigurationError {
      throw Failure.usage(error.message, hint: error.hint)
    } catch let error as Failure {
      throw Failure.usage("\(text): \(error.message)", hint: error.hint)
    } catch {
      throw Failure.usage("\(text): \(error)", hint: "name a file that can be read")
    }
  }

  private static func read(json5 path: String) throws -> Molecule {
    let file = try ConfigurationFile(contentsOf: path)
    do { return try Molecule(file.root) } catch {
      throw ConfigurationError(
        "\(path):\(error.position): \(error.path)\(error.path.isEmpty ? "" : ": ")\(error.what)",
        hint: error.hint)
    }
  }

  /// The text of a file that may not be there.
  private static func optional(_ path: String) throws -> String? {
    do { return try SourceText.text(of: path) } catch {
      if error.code == .input { return nil }
      throw error
    }
  }
}

package import Configuration
package import Physics
import Text

/// A molecule in a configuration: a name, a formula or a file in quotes, or an object with what it
/// is made of: `{ atoms: ["C", "O", "O"], charges: [1, 1, 1] }`, `{ name: "OCS", charges: […] }`.
extension Molecule: ConfigurationValue {
  package static var noun: String { "a molecule" }
  package static var plural: String { "molecules" }
  package static var isText: Bool { true }

  package init(_ node: Node) throws(Mismatch) {
    let parts: Parts
    switch node.value {
    case .text(let text): parts = Parts(text: text)
    case .object(let members): parts = try Parts(members)
    default: throw .type(node, Self.noun)
    }
    do throws(Failure) { self = try parts.molecule() } catch {
      throw Mismatch(what: error.message, hint: error.hint, position: node.position)
    }
  }

  /// The name where the table has exactly this molecule; else everything, so that a run can be
  /// repeated without the file that named it.
  package var literal: String {
    let known = Molecule.known.first { $0.name == name }
    if known == self { return name.literal }
    var members = ["name: \(name.literal)"]
    if known?.elements != elements || known?.masses != masses || known?.structure != structure {
      members.append("atoms: \(elements.literal)")
      if masses != elements.compactMap({ Element($0)?.mass }) {
        members.append("masses: \(masses.map { $0 / Units.unifiedMass }.literal)")
      }
      if let structure {
        members.append("geometry: \(structure.angstroms.literal)")
        if case .hessian(let hessian) = structure.field {
          members.append("hessian: \(hessian.literal)")
        }
      }
    }
    members.append("charges: \(charges.literal)")
    return "{ \(members.joined(separator: ", ")) }"
  }

  /// What an object says of a molecule.
  private struct Parts {
    var text: String?
    var name: String?
    var atoms: [String]?
    var masses, charges: [Double]?
    var geometry, hessian: [[Double]]?

    init(text: String) { self.text = text }

    init(_ members: [Node.Member]) throws(Mismatch) {
      for member in members {
        do throws(Mismatch) {
          switch member.name {
          case "name": name = try String(member.node)
          case "atoms": atoms = try [String](member.node)
          case "masses": masses = try [Double](member.node)
          case "charges": charges = try [Double](member.node)
          case "geometry": geometry = try [[Double]](member.node)
          case "hessian": hessian = try [[Double]](member.node)
          default:
            throw Mismatch(
              what: "'\(member.name)' is nothing that a molecule has",
              hint: "there are name, atoms, masses, charges, geometry and hessian",
              position: member.position)
          }
        } catch {
          var fault = error
          fault.path = ".\(member.name)" + fault.path
          throw fault
        }
      }
    }

    func molecule() throws(Failure) -> Molecule {
      if let text { return try MoleculeFile.molecule(text) }
      guard let atoms else {
        guard let name, masses == nil, geometry == nil, hessian == nil else {
          throw Failure.usage(
            "a molecule without atoms", hint: "write atoms: [\"C\", \"O\", \"O\"], or a name alone")
        }
        let known = try Molecule(name)
        guard let charges else { return known }
        return try known.with(charges: charges)
      }
      guard geometry != nil || hessian == nil, geometry?.allSatisfy({ $0.count == 3 }) ?? true
      else {
        throw Failure.usage(
          "a geometry that is not x, y, z of each atom",
          hint: "write geometry: [[x, y, z], …] in ångström; a hessian belongs to one")
      }
      var structure = geometry.map { Structure(angstrom: $0) }
      if let hessian { structure?.field = .hessian(hessian) }
      return try Molecule(
        elements: atoms, masses: masses, charges: charges, structure: structure, name: name)
    }
  }
}

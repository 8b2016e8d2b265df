import { parse, type DefaultTreeAdapterTypes } from 'parse5'

export type Element = {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  /** The text directly inside it. */
  readonly text: string
  /** The tag of the element around it. */
  readonly parent: string
  readonly children: readonly Element[]
}

type Node = DefaultTreeAdapterTypes.Node

/** Every element of a document as a browser reads it, in order, those of templates too. */
export function elementsIn(html: string): Element[] {
  const found: Element[] = []
  const visit = (node: Node, parent: string): Element[] => {
    if ('tagName' in node) {
      const text = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
      const children: Element[] = []
      const element: Element = {
        tag: node.tagName,
        attributes: new Map(node.attrs.map(({ name, value }) => [name, value])),
        text,
        parent,
        children,
      }
      found.push(element)
      const inside = 'content' in node ? node.content.childNodes : node.childNodes
      for (const child of inside) children.push(...visit(child, node.tagName))
      return [element]
    }
    return 'childNodes' in node ? node.childNodes.flatMap((child) => visit(child, parent)) : []
  }
  visit(parse(html), '')
  return found
}

/** The element and everything inside it. */
export function within(element: Element): Element[] {
  return [element, ...element.children.flatMap(within)]
}

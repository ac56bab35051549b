/** A name in every form that files, code and texts need. */
export interface ConnectorNames {
  /** `my-erp`: folder, files, id of the system. */
  readonly kebab: string;
  /** `myErp`: functions and values. */
  readonly camel: string;
  /** `MyErp`: types. */
  readonly pascal: string;
  /** `MY_ERP`: environment variables, made-up numbers. */
  readonly upper: string;
  /** `My Erp`: how people call the system. */
  readonly vendor: string;
}

// npm's limit is 214 characters with the scope; a folder name of more than this helps nobody.
const maxLength = 60;
const pattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What is wrong with a name, as a sentence that says what to do; `undefined` when it is good. */
export function problemOfName(name: string): string | undefined {
  if (name.length > maxLength) return `The name is longer than ${maxLength} characters.`;
  if (pattern.test(name)) return undefined;
  return `"${name}" cannot be a name: use small letters and digits in words with dashes between them, such as my-erp.`;
}

export function connectorNames(name: string, vendor?: string): ConnectorNames {
  const words = name.split('-');
  const pascal = words.map(capital).join('');
  return {
    kebab: name,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    upper: name.replaceAll('-', '_').toUpperCase(),
    vendor: vendor ?? words.map(capital).join(' '),
  };
}

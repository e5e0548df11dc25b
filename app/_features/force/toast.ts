/** Sonner's look as the shell's Toaster draws it; the library is loaded with the first toast. */
export interface ToastWords {
  readonly title: string;
  readonly text: string;
  readonly link?: { readonly label: string; readonly follow: () => void };
}

export async function showToast(kind: "success" | "error" | "info" | "warning", words: ToastWords): Promise<void> {
  const { toast } = await import("sonner");
  const { link } = words;
  toast[kind](words.title, {
    description: words.text,
    ...(link === undefined ? {} : { action: { label: link.label, onClick: link.follow } }),
  });
}

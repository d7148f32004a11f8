// Every sentence of the page, in English and Japanese.

export type Language = "en" | "ja";

const ENGLISH = {
  title: "Watch a LeNet learn",
  subtitle: "A small network learns real images here, in your browser. Press Train.",
  other_language: "日本語",
  train: "Train",
  pause: "Pause",
  go_on: "Resume",
  step: "One step",
  reset: "Reset",
  epoch: "Epoch",
  of: "of",
  loss: "loss",
  training_accuracy: "training",
  test_accuracy: "test",
  images_per_second: "images/s",
  ready: "Ready.",
  training: "Training…",
  paused: "Paused.",
  finished: "Finished.",
  diverged: "Training diverged (infinite or NaN values). Try a smaller learning rate.",
  loading: "Loading…",
  undo: "Undo changes",
  pending_anew: "Changed. Train begins anew with your changes.",
  pending_longer: "Changed. Train goes on for more epochs.",
  pending_problem: "Your last change cannot be used; see the message beside it.",
  address_refused: "This address cannot be reproduced: {0}. The page starts with its own images and settings instead.",
  address_differs: "This address cannot be reproduced with these images: {0}.",
  address_waits:
    'This address needs the images "{0}" (fingerprint {1}), which are not part of the page. Choose their files under Images.',
  without_address: "Start without this address",

  data: "Images",
  data_about:
    "5,000 images of ten kinds of clothes come with the page. Load digits and colour photos from your own files, or teach it your own pictures. No image leaves your computer.",
  clothes: "Clothes (inside the page)",
  files: "MNIST, Fashion-MNIST, CIFAR-10 or saved images, from your files",
  own: "Own pictures",
  classes: "Classes",
  per_class: "Images of each class (empty: all)",
  choose_files: "Choose files",
  files_about:
    "MNIST and its kin: choose the four files at once. CIFAR-10: cifar-10-binary.tar.gz. Saved images: the .npz file that this page saved. MNIST, © Yann LeCun and Corinna Cortes, is under CC BY-SA 3.0.",
  own_about:
    "Two to ten classes, a name and some pictures each: drop them, choose them, or take them with the camera. Every fifth picture of a class is kept for testing. They are made 32 pixels wide and high.",
  add_class: "Add a class",
  remove_class: "Remove",
  class_name: "Name of the class",
  add_pictures: "Pictures",
  camera: "Camera",
  take: "Take a picture",
  close_camera: "Camera off",
  use_pictures: "Use these pictures",
  keep_pictures: "Save as .npz",
  drop_here: "Drop pictures here",

  network: "Network",
  network_about:
    "One line says it all, the same here, in Python, in C++ and in files: the images' planes, height and width, then layer by layer. Convolutions look for small patterns everywhere, poolings keep the strongest answers, dense layers decide.",
  preset: "Begin with",
  text_of_network: "The network as text",
  parameters: "parameters",
  multiply_adds: "multiply-adds for an image",

  settings: "Settings",
  settings_about:
    "Together with images, network and seed, they decide the result to the last bit. Changes apply when you press Train. More epochs continue the training; any other change starts it again.",
  more_settings: "More settings",

  questions: "Questions to try",
  questions_about: "Those of the blog post that this project began with. Each changes one thing; train again and compare.",
  swap_activation: "Swap sigmoid and ReLU",
  batch_one: "Batch 1",
  batch_many: "Batch 64",
  next_seed: "Another seed",

  curves: "Learning",
  curves_about:
    "Share of images classified correctly: those it learns from, and those it never sees in training. Where the first goes on rising and the second does not, it memorises (overfitting).",
  accuracy: "Accuracy",
  gradients: "Gradients by layer",
  gradients_about:
    "How much each layer is told to change, on a scale of tenfold steps. A layer whose line lies far below the others hardly learns: with sigmoid the first ones fall behind, which is called vanishing gradients.",

  filters: "Filters",
  filters_about:
    "What the convolutions look for: red is where a filter wants brightness, blue where it wants darkness. They begin as noise. Point at a cell to read its number.",
  filters_of: "Layer {0}: {1}",
  filter: "filter {0}",
  plane: "plane {0}",
  no_filters: "This network has no convolution; these are the weights of the first units, as images.",
  without: "Switch off each filter",
  without_result: "Change in accuracy on {0} test images when one filter is off:",
  points: "{0} points",

  looking: "What each layer makes of an image",
  looking_about:
    "Point at an image, or move through them with the arrow keys: every plane of every layer, from the pixels to the answer. Bright is high.",
  test_image: "Test image {0}: {1}",
  answer: "Answer",
  input: "Pixels",
  mistakes: "Mistakes",
  mistakes_about: "Test images classified wrongly: what they are, and what the network says. Some would fool you too.",
  no_mistakes: "No mistake among the test images.",
  is_said: "{0}, says {1}",
  pad: "Draw",
  pad_about:
    "Draw anywhere in the field, large or small, with the pointer or with arrow keys and space. The network knows only what it learned: with clothes, draw trousers; with MNIST, a digit.",
  pad_empty: "The answer appears here.",
  pad_seen: "The network sees:",
  clear: "Clear",
  pad_cursor: "Drawing field. Arrow keys move, space draws.",
  altered: "Change the test images",
  altered_about: "What does the network rely on? Accuracy on the same test images, altered.",
  upside_down: "upside down",
  mirrored: "mirrored",
  grey: "without colours",
  left_half: "left half hidden",
  dark: "half as bright",

  bits: "The same bits",
  bits_about:
    "The trained weights have a fingerprint, the SHA-256 of their bytes. It is the same on every computer, and this command gives the same:",
  keep_images: "Save images as .npz",
  images_needed:
    "Save them where you run the command: it knows MNIST, Fashion-MNIST and CIFAR-10 by their names, but not these images.",
  digest: "Digest",
  not_yet: "at the end of training",
  after_epoch: "after epoch {0}",
  copy: "Copy",
  copied: "Copied",
  save_model: "Download the model",
  save_about: 'A safetensors file; in Python: lp.Network.load("model.safetensors").',
  open_model: "Open a model",
  open_run: "Open the folder of a run",
  open_about: "A model or the folder of a recorded run, also dropped anywhere on the page, to be looked at here.",
  opened: "{0}: opened. Test accuracy on these images: {1}.",
  opened_without: "{0}: opened; it does not fit the images that are chosen.",
  core: "lenetpp {0}, numerics {1}, {2}; one thread.",
  hidden_note: "Training goes on while this page is hidden, as fast as the browser lets it.",
};

export type Word = keyof typeof ENGLISH;

const JAPANESE: Record<Word, string> = {
  title: "LeNet が学ぶところを見る",
  subtitle: "小さなネットワークが、このブラウザの中で本物の画像を学びます。「学習」を押してください。",
  other_language: "English",
  train: "学習",
  pause: "一時停止",
  go_on: "再開",
  step: "1ステップ",
  reset: "リセット",
  epoch: "エポック",
  of: "/",
  loss: "損失",
  training_accuracy: "訓練",
  test_accuracy: "テスト",
  images_per_second: "画像/秒",
  ready: "準備ができました。",
  training: "学習中です。",
  paused: "一時停止中です。",
  finished: "終わりました。",
  diverged: "学習が発散しました（無限大または NaN）。学習率を小さくしてください。",
  loading: "読み込み中…",
  undo: "変更を取り消す",
  pending_anew: "変更があります。「学習」を押すと、変更した内容で最初から学習します。",
  pending_longer: "変更があります。「学習」を押すと、エポックを増やして続けます。",
  pending_problem: "最後の変更は使えません。その欄のメッセージをご覧ください。",
  address_refused: "このアドレスは再現できません：{0}。代わりに、ページ内蔵の画像と設定で始めます。",
  address_differs: "この画像では、このアドレスを再現できません：{0}。",
  address_waits: "このアドレスには画像「{0}」（ダイジェスト {1}）が必要ですが、ページには入っていません。「画像」でファイルを選んでください。",
  without_address: "このアドレスを使わずに始める",

  data: "画像",
  data_about: "10種類の衣類の画像5,000枚がページに入っています。数字やカラー写真はお手元のファイルから読み、自分の画像を教えることもできます。画像がこのコンピュータの外に出ることはありません。",
  clothes: "衣類（ページ内蔵）",
  files: "MNIST、Fashion-MNIST、CIFAR-10、保存した画像（お手元のファイル）",
  own: "自分の画像",
  classes: "クラス",
  per_class: "クラスごとの枚数（空欄：すべて）",
  choose_files: "ファイルを選ぶ",
  files_about:
    "MNIST や同じ形式のデータは4つのファイルを同時に選びます。CIFAR-10 は cifar-10-binary.tar.gz、保存した画像はこのページで保存した .npz です。MNIST（© Yann LeCun, Corinna Cortes）のライセンスは CC BY-SA 3.0 です。",
  own_about: "2〜10クラス。それぞれに名前をつけ、画像をドロップするか、選ぶか、カメラで撮ります。各クラスの5枚に1枚はテスト用に取り分けます。大きさは縦横32ピクセルになります。",
  add_class: "クラスを加える",
  remove_class: "削除",
  class_name: "クラスの名前",
  add_pictures: "画像",
  camera: "カメラ",
  take: "撮る",
  close_camera: "カメラを止める",
  use_pictures: "この画像を使う",
  keep_pictures: ".npz で保存",
  drop_here: "ここに画像をドロップ",

  network: "ネットワーク",
  network_about:
    "一行ですべてが決まります。ここでも Python でも C++ でもファイルの中でも同じ書き方です。画像の面数・高さ・幅、そして層が順に並びます。畳み込みは小さな模様をあらゆる場所で探し、プーリングは最も強い答えを残し、全結合層が決めます。",
  preset: "出発点",
  text_of_network: "ネットワークのテキスト",
  parameters: "パラメータ",
  multiply_adds: "積和演算（画像1枚）",

  settings: "設定",
  settings_about: "画像、ネットワーク、シードとともに、結果を最後のビットまで決めます。変更は「学習」を押したときに反映されます。エポックを増やすと学習が続き、ほかの変更では最初からになります。",
  more_settings: "その他の設定",

  questions: "試してみたい問い",
  questions_about: "このプロジェクトの出発点となったブログ記事の問いです。一つだけ変えて、もう一度学習し、比べてください。",
  swap_activation: "シグモイドと ReLU を入れ替える",
  batch_one: "バッチ 1",
  batch_many: "バッチ 64",
  next_seed: "別のシード",

  curves: "学習の様子",
  curves_about: "正しく答えた画像の割合です。学習に使う画像と、学習では決して見ない画像。前者だけが上がり続けるなら、丸暗記しています。",
  accuracy: "正解率",
  gradients: "層ごとの勾配",
  gradients_about: "各層がどれだけ変わるように言われているか（10倍刻みの目盛り）。ほかよりずっと下にある層はほとんど学びません。シグモイドでは最初の層が取り残されます。勾配消失です。",

  filters: "フィルタ",
  filters_about: "畳み込みが探しているものです。赤は明るさ、青は暗さを求める場所。最初はただの雑音です。マスを指すと数値が読めます。",
  filters_of: "層 {0}：{1}",
  filter: "フィルタ {0}",
  plane: "面 {0}",
  no_filters: "このネットワークには畳み込みがありません。最初のユニットの重みを画像として示します。",
  without: "フィルタを一つずつ切る",
  without_result: "フィルタを一つ切ったときの正解率の変化（テスト画像 {0} 枚）：",
  points: "{0} ポイント",

  looking: "各層は画像をどう見るか",
  looking_about: "画像を指すか、矢印キーで移動してください。ピクセルから答えまで、すべての層のすべての面です。明るいほど大きい値です。",
  test_image: "テスト画像 {0}：{1}",
  answer: "答え",
  input: "ピクセル",
  mistakes: "間違い",
  mistakes_about: "間違えたテスト画像です。正解と、ネットワークの答え。人でも迷うものがあります。",
  no_mistakes: "テスト画像に間違いはありません。",
  is_said: "{0} を {1} と回答",
  pad: "描く",
  pad_about: "ポインタ、または矢印キーとスペースで、欄のどこにでも、大きくも小さくも描けます。ネットワークが知っているのは学んだものだけです。衣類ならズボンを、MNIST なら数字を描いてください。",
  pad_empty: "答えがここに出ます。",
  pad_seen: "ネットワークが見る画像：",
  clear: "消す",
  pad_cursor: "手書き欄。矢印キーで動き、スペースで描きます。",
  altered: "テスト画像を変える",
  altered_about: "何を手がかりにしているのでしょう。同じテスト画像を変えたときの正解率です。",
  upside_down: "上下逆さ",
  mirrored: "左右反転",
  grey: "色なし",
  left_half: "左半分を隠す",
  dark: "明るさ半分",

  bits: "同じビット",
  bits_about: "学習後の重みのダイジェストは、そのバイト列の SHA-256 です。どのコンピュータでも同じで、次のコマンドの結果とも同じです：",
  keep_images: "画像を .npz で保存",
  images_needed: "コマンドを実行するフォルダに保存してください。名前だけで使えるのは MNIST、Fashion-MNIST、CIFAR-10 です。",
  digest: "ダイジェスト",
  not_yet: "学習の終わりに",
  after_epoch: "エポック {0} の後",
  copy: "コピー",
  copied: "コピーしました",
  save_model: "モデルをダウンロード",
  save_about: 'safetensors ファイルです。Python では lp.Network.load("model.safetensors")。',
  open_model: "モデルを開く",
  open_run: "記録フォルダを開く",
  open_about: "モデル、または記録された学習のフォルダ。ページのどこにドロップしても、ここで見られます。",
  opened: "{0} を開きました。これらの画像でのテスト正解率：{1}。",
  opened_without: "{0} を開きました。選ばれている画像には合いません。",
  core: "lenetpp {0}、数値バージョン {1}、{2}、1スレッド。",
  hidden_note: "このページが隠れていても、ブラウザが許す速さで学習は続きます。",
};

const LANGUAGES: Record<Language, Record<Word, string>> = { en: ENGLISH, ja: JAPANESE };
let language: Language = "en";

export function setLanguage(chosen: Language): void {
  language = chosen;
}

export const currentLanguage = (): Language => language;

/** The sentence, with what is given in the places {0}, {1}, ... */
export function say(word: Word, ...given: (string | number)[]): string {
  return given.reduce<string>((sentence, value, i) => sentence.replace(`{${i}}`, String(value)), LANGUAGES[language][word]);
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

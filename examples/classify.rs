// Says what an image shows, by a model that lenetpp trained, as classify.c does; `pip install` of lenetpp is enough:
//
//   library=$(python -m lenetpp --c-library)
//   rustc classify.rs -l dylib:+verbatim=$(basename $library) -L $(dirname $library) -C link-arg=-Wl,-rpath,$(dirname $library)
//   ./classify model.safetensors image.raw        raw pixels [planes][height][width], a byte each
use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::{env, fs, process, ptr};

#[repr(C)]
struct Images {
    bytes: *const u8,
    floats: *const f32,
    count: usize,
}

extern "C" {
    fn lenetpp_error() -> *const c_char;
    fn lenetpp_network_load(path: *const c_char) -> *mut c_void;
    fn lenetpp_network_input(network: *const c_void, shape: *mut c_int) -> c_int;
    fn lenetpp_network_outputs(network: *const c_void) -> usize;
    fn lenetpp_network_class_name(network: *const c_void, class: usize) -> *const c_char;
    fn lenetpp_network_free(network: *mut c_void);
    fn lenetpp_predictor_new(network: *const c_void, threads: c_int) -> *mut c_void;
    fn lenetpp_predictor_probabilities(predictor: *mut c_void, images: Images, probabilities: *mut f64) -> c_int;
    fn lenetpp_predictor_free(predictor: *mut c_void);
}

fn text(pointer: *const c_char) -> Option<String> {
    // Texts of the library end with a zero byte.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

fn fail() -> String {
    text(unsafe { lenetpp_error() }).unwrap_or_default()
}

fn classify(model: &str, image: &str) -> Result<(), String> {
    let path = CString::new(model).map_err(|error| error.to_string())?;
    let pixels = fs::read(image).map_err(|error| format!("{image}: {error}"))?;
    unsafe {
        let network = lenetpp_network_load(path.as_ptr());
        if network.is_null() {
            return Err(fail());
        }
        let mut shape: [c_int; 3] = [0; 3];
        if lenetpp_network_input(network, shape.as_mut_ptr()) != 0 {
            return Err(fail());
        }
        if pixels.len() != shape.iter().map(|&side| side as usize).product::<usize>() {
            return Err(format!("{image}: expected {shape:?} pixels, got {}", pixels.len()));
        }
        let mut probabilities = vec![0.0; lenetpp_network_outputs(network)];
        let predictor = lenetpp_predictor_new(network, 1);
        let one = Images { bytes: pixels.as_ptr(), floats: ptr::null(), count: 1 };
        if predictor.is_null() || lenetpp_predictor_probabilities(predictor, one, probabilities.as_mut_ptr()) != 0 {
            return Err(fail());
        }
        for (class, probability) in probabilities.iter().enumerate() {
            let name = text(lenetpp_network_class_name(network, class)).unwrap_or("?".to_string());
            println!("{:5.1} %  {name}", 100.0 * probability);
        }
        lenetpp_predictor_free(predictor);
        lenetpp_network_free(network);
    }
    Ok(())
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, model, image] = &arguments[..] else {
        eprintln!("classify: give a model and an image");
        process::exit(1)
    };
    if let Err(message) = classify(model, image) {
        eprintln!("classify: {message}");
        process::exit(1)
    }
}
